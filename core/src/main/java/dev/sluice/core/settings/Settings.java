// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import static dev.sluice.core.settings.SettingType.BOOLEAN;
import static dev.sluice.core.settings.SettingType.BYTES;
import static dev.sluice.core.settings.SettingType.DURATION;
import static dev.sluice.core.settings.SettingType.MEMORY;
import static dev.sluice.core.settings.SettingType.PATH;
import static dev.sluice.core.settings.SettingType.PATHS;
import static dev.sluice.core.settings.SettingType.STRING;
import static dev.sluice.core.settings.SettingType.STRINGS;
import static dev.sluice.core.settings.SettingType.choice;
import static dev.sluice.core.settings.SettingType.integer;

import dev.sluice.core.ConfigException;
import dev.sluice.core.Messages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The table of settings. After a change run {@link SettingsReference}, which writes what is generated from it. */
public final class Settings {
    /** Where jobs run. */
    public static final Setting<String> MASTER = setting("sluice.master", STRING)
            .byDefault("local[*]")
            .alias("spark.master")
            .doc("Where jobs run: `local` (one slot), `local[N]`, `local[*]` (a slot for each core), or `local[N,F]`,"
                    + " which also lets a task fail F times before its job fails; or `sluice://localhost:PORT`, a"
                    + " cluster that `sluice cluster start` has started; or Apache Spark's: `spark://HOST:PORT`, `yarn`,"
                    + " `k8s://ADDRESS`, and `local-cluster[N,C,M]` where `SPARK_HOME` is set.");

    /** What a person calls the program. */
    public static final Setting<String> APP_NAME = setting("sluice.app.name", STRING)
            .byDefault("sluice")
            .alias("spark.app.name")
            .doc("The program's name in logs and on the progress bar.");

    /** Partitions where an operation is given none. */
    public static final Setting<Optional<Integer>> DEFAULT_PARALLELISM = setting(
                    "sluice.default.parallelism", integer(1).orUnset())
            .unit("partitions")
            .alias("spark.default.parallelism")
            .doc("How many partitions `parallelize` and shuffles make where the call does not say. Not set: as many as"
                    + " the master has slots; a shuffle takes the largest count among its parents.");

    /** How slots go to concurrent jobs. */
    public static final Setting<String> SCHEDULER_MODE = setting("sluice.scheduler.mode", choice("fair", "fifo"))
            .byDefault("fair")
            .alias("spark.scheduler.mode")
            .doc("How free slots go to jobs of different driver threads: `fair` takes the jobs in turn, `fifo` serves"
                    + " the oldest first.");

    /** Failures of one task by exceptions of user code. */
    public static final Setting<Integer> TASK_MAX_FAILURES = setting("sluice.task.maxFailures", integer(1))
            .byDefault("4")
            .unit("attempts")
            .alias("spark.task.maxFailures")
            .doc("How many attempts of a task may end with an exception of user code before the job fails. The `local`"
                    + " masters say it themselves: once, or F times for `local[N,F]`.");

    /** Losses of one task by the death of what ran it. */
    public static final Setting<Integer> TASK_MAX_LOSSES = setting("sluice.task.maxLosses", integer(1))
            .byDefault("4")
            .unit("attempts")
            .doc("How many attempts of a task may be lost with their worker, zygote or input block before the job"
                    + " fails, whatever the master. Only the task that had started is charged."
                    + " Executors of a cluster that are lost under it are counted apart, up to the same number.");

    /** Tasks that one lease may hold. */
    public static final Setting<Integer> TASK_MAX_LEASE = setting("sluice.task.maxLease", integer(1))
            .byDefault("32")
            .unit("tasks")
            .doc("The most tasks of one stage that a worker is given at once, while all but few of the stage's take"
                    + " less than a millisecond.");

    /** Time between the polite and the final signal. */
    public static final Setting<Duration> CANCEL_GRACE = setting("sluice.cancel.grace", DURATION)
            .byDefault("100ms")
            .unit("time")
            .alias("spark.python.task.killTimeout", "ms")
            .doc("How long tasks that still run when another task has failed their job may take to end by themselves"
                    + " before their workers are killed. Cancelling a job kills them at once.");

    /** How long tasks of a barrier stage wait for each other. */
    public static final Setting<Duration> BARRIER_TIMEOUT = setting("sluice.barrier.timeout", DURATION)
            .byDefault("365d")
            .unit("time")
            .alias("spark.barrier.sync.timeout", "s")
            .doc("How long a task of a barrier stage waits at `barrier()` or `allGather()` for the others before the"
                    + " call fails. One that has ended without the call is not waited for: the call fails at once.");

    /** What the workers of one executor may take. */
    public static final Setting<Optional<Long>> EXECUTOR_WORKER_MEMORY = setting(
                    "sluice.executor.workerMemory", BYTES.orUnset())
            .unit("bytes")
            .doc(
                    "What the private memory of all workers of one executor of a cluster may come to. Above four fifths of it"
                            + " idle workers end and fewer tasks run at once; above it the largest worker is stopped, and its"
                            + " task runs again alone. Not set: the workers' part of the executor's memory.");

    /** How long an executor may be silent. */
    public static final Setting<Duration> CLUSTER_SILENCE = setting("sluice.cluster.silence", DURATION)
            .byDefault("30s")
            .unit("time")
            .doc("How long an executor of a cluster may say nothing before it is taken for dead, ended and replaced.");

    /** How long Spark's context may take to start. */
    public static final Setting<Duration> SPARK_START_TIMEOUT = setting("sluice.spark.startTimeout", DURATION)
            .byDefault("10m")
            .unit("time")
            .doc(
                    "How long the context of a program that runs on Apache Spark may take to start: a queue of YARN may make"
                            + " it wait.");

    /** The interpreter of workers. */
    public static final Setting<Optional<String>> WORKER_PYTHON = setting("sluice.worker.python", STRING.orUnset())
            .alias("spark.pyspark.python")
            .doc("The Python that workers run, a path or a command on PATH. Not set: the driver's own. Its version and"
                    + " that of its cloudpickle must be the driver's.");

    /** Whether a worker serves more than one task. */
    public static final Setting<Boolean> WORKER_REUSE = setting("sluice.worker.reuse", BOOLEAN)
            .byDefault("true")
            .alias("spark.python.worker.reuse")
            .doc("Whether a worker that finished a task serves the next one. `false` forks a worker for each task.");

    /** How long a worker may wait for its next task. */
    public static final Setting<Duration> WORKER_IDLE_TIMEOUT = setting("sluice.worker.idleTimeout", DURATION)
            .byDefault("60s")
            .unit("time")
            .doc("How long a worker without a task is kept. 0 keeps it until the program stops.");

    /** How long a new worker may take to say hello. */
    public static final Setting<Duration> WORKER_START_TIMEOUT = setting("sluice.worker.startTimeout", DURATION)
            .byDefault("30s")
            .unit("time")
            .doc("How long the zygote or a worker may take from its start to its first message. Imports of"
                    + " `sluice.worker.preload` count.");

    /** Modules that are imported before workers are forked. */
    public static final Setting<List<String>> WORKER_PRELOAD = setting("sluice.worker.preload", STRINGS)
            .unit("modules")
            .doc("Modules to import once, before workers are forked, for instance `numpy,pandas`. A module that starts"
                    + " a thread while it is imported is refused.");

    /** What user code may leave behind in a worker. */
    public static final Setting<String> WORKER_ISOLATION = setting(
                    "sluice.worker.isolation", choice("normal", "strict"))
            .byDefault("normal")
            .doc("What happens to a worker in which a task left something behind. `normal` restores the working"
                    + " directory, environment, signal handlers and the like, and keeps what programs rely on, such as"
                    + " module globals; `strict` replaces the worker instead.");

    /** Tasks until a worker is replaced. */
    public static final Setting<Integer> WORKER_MAX_TASKS = setting("sluice.worker.maxTasks", integer(0))
            .byDefault("100000")
            .unit("tasks")
            .doc("How many tasks a worker serves before a fresh one replaces it. 0 sets no limit.");

    /** Growth until a worker is replaced. */
    public static final Setting<Long> WORKER_MAX_GROWTH = setting("sluice.worker.maxGrowth", BYTES)
            .byDefault("1g")
            .unit("bytes")
            .doc("How much a worker's own memory may grow over its first task's before a fresh worker replaces it,"
                    + " between two tasks. 0 sets no limit.");

    /** Budget of a Python aggregation. */
    public static final Setting<Long> WORKER_MEMORY = setting("sluice.worker.memory", BYTES)
            .byDefault("512m")
            .unit("bytes")
            .alias("spark.python.worker.memory", "m")
            .doc("How much memory one worker's aggregation or sort may take before it spills to disk. Broadcasts and"
                    + " user code do not count.");

    /** Environment variables of workers. */
    public static final Setting<String> WORKER_ENV = setting("sluice.worker.env.*", STRING)
            .alias("spark.executorEnv.*")
            .doc("Environment variables of workers: `sluice.worker.env.NAME` sets `NAME`.");

    /** Size from which one unpickled copy serves all workers. */
    public static final Setting<Long> BROADCAST_SHARE_ABOVE = setting("sluice.broadcast.shareAbove", BYTES)
            .byDefault("32m")
            .unit("bytes")
            .doc("A broadcast whose pickled bytes, large buffers apart, are more than this is unpickled once for the"
                    + " machine and shared by workers copy-on-write. A size above any broadcast, such as `1024t`, gives"
                    + " each worker its own copy.");

    /** Where broadcasts live. */
    public static final Setting<Optional<Path>> BROADCAST_DIR = setting("sluice.broadcast.dir", PATH.orUnset())
            .doc("Where the files of broadcasts are written. Not set: shared memory, or a local directory where shared"
                    + " memory has no room.");

    /** Where a cluster's coordinator listens. */
    public static final Setting<Integer> CLUSTER_PORT = setting("sluice.cluster.port", SettingType.port())
            .byDefault("7411")
            .unit("port")
            .doc("Where a cluster that `sluice cluster start` starts listens, on loopback; 0 lets the kernel choose.");

    /** Executors of a cluster. */
    public static final Setting<Integer> CLUSTER_EXECUTORS = setting("sluice.cluster.executors", integer(1))
            .byDefault("1")
            .unit("executors")
            .doc("How many executors a cluster has, each a process of its own.");

    /** Tasks at a time in an executor. */
    public static final Setting<Optional<Integer>> CLUSTER_CORES = setting(
                    "sluice.cluster.cores", integer(1).orUnset())
            .unit("tasks")
            .doc("How many tasks each executor of a cluster runs at a time. Not set: its share of the machine's"
                    + " cores.");

    /** The secret of a cluster elsewhere than in its state directory. */
    public static final Setting<Optional<Path>> CLUSTER_TOKEN_FILE = setting(
                    "sluice.cluster.token.file", PATH.orUnset())
            .doc("The file with the token of the cluster that `sluice://` names. Not set: the one in the state"
                    + " directory of the cluster with that port.");

    /** All memory that a program may plan with. */
    public static final Setting<MemoryAmount> MEMORY_TOTAL = setting("sluice.memory", MEMORY)
            .byDefault("0.6")
            .unit("bytes")
            .doc("The memory that one program plans with, as a fraction of the smaller of the machine's memory and the"
                    + " cgroup's limit, or as a size. It is split between heap, shuffle, cache, workers and shared"
                    + " memory; the split is shown at start.");

    /** The JVM's heap. */
    public static final Setting<Optional<Long>> MEMORY_HEAP = setting("sluice.memory.heap", BYTES.orUnset())
            .unit("bytes")
            .alias("spark.driver.memory", "m")
            .doc("The JVM's largest heap. Not set: its share of `sluice.memory`. It counts only where it is set before"
                    + " the JVM starts.");

    /** Options for the driver's JVM. */
    public static final Setting<String> JAVA_OPTIONS = setting("sluice.driver.javaOptions", STRING)
            .alias("spark.driver.extraJavaOptions")
            .doc("Further options for the JVM, separated by blanks. They count only where they are set before the JVM"
                    + " starts. With any, the program's end waits for the JVM's own, and what it prints is shown.");

    /** Cached partitions that workers keep as objects. */
    public static final Setting<Optional<Long>> CACHE_LIVE = setting("sluice.cache.live", BYTES.orUnset())
            .unit("bytes")
            .doc("How much memory one worker may use to keep cached partitions as objects beside their bytes, which"
                    + " saves unpickling them. Only what no task can change is kept so. Not set: a third of what"
                    + " `sluice.memory` gives a worker; 0 keeps none.");

    /** Directories for files that outgrow memory. */
    public static final Setting<List<Path>> LOCAL_DIRS = setting("sluice.local.dirs", PATHS)
            .unit("directories")
            .alias("spark.local.dir")
            .doc("Where spilled data, shuffle files and sockets go, best on different disks. Not set: `TMPDIR`, else"
                    + " `/tmp`.");

    /** Compression of shuffle data. */
    public static final Setting<String> SHUFFLE_CODEC = setting("sluice.shuffle.codec", codec())
            .byDefault("none")
            .doc("How map output is compressed when it goes to a file: `none`, `zlib` or `zstd`.");

    /** Compression of spilled runs. */
    public static final Setting<String> SPILL_CODEC = setting("sluice.spill.codec", codec())
            .byDefault("none")
            .doc("How runs that an aggregation or sort spills are compressed. Where Python has no zstd, a worker writes"
                    + " `zlib` for `zstd`.");

    /** The longest frame that is accepted. */
    public static final Setting<Long> FRAME_MAX_LENGTH = setting(
                    "sluice.frame.maxLength", SettingType.bytes(1L << 20, Integer.MAX_VALUE))
            .byDefault("1g")
            .unit("bytes")
            .doc("The longest payload of one frame that either side of a connection accepts. A longer one is refused"
                    + " before memory is allocated for it.");

    /** Whether a progress bar is shown. */
    public static final Setting<String> UI_PROGRESS = setting("sluice.ui.progress", choice("auto", "true", "false"))
            .byDefault("auto")
            .alias("spark.ui.showConsoleProgress")
            .doc("Whether a progress bar is shown on standard error. `auto` shows it on a terminal, for jobs that last"
                    + " longer than half a second.");

    /** Whether what tasks print says where it comes from. */
    public static final Setting<Boolean> UI_TAG_OUTPUT = setting("sluice.ui.tagOutput", BOOLEAN)
            .byDefault("false")
            .doc("Whether each line that tasks print is shown behind its stage, partition and worker. Lines are then"
                    + " shown when they are whole.");

    /** Whether each job is summed up. */
    public static final Setting<Boolean> UI_SUMMARY = setting("sluice.ui.summary", BOOLEAN)
            .byDefault("false")
            .doc("Whether a table is printed on standard error at each job's end: of each stage its tasks, retries and"
                    + " workers, and the time in waiting, unpickling, user code, pickling and spilling.");

    /** Whether there are web pages. */
    public static final Setting<String> UI_ENABLED = setting("sluice.ui.enabled", choice("auto", "true", "false"))
            .byDefault("auto")
            .alias("spark.ui.enabled")
            .doc("Whether there are web pages about the program. `auto` starts them when `Context.uiWebUrl` is asked"
                    + " for; `true` starts them with the context and shows their address, with its token, on standard"
                    + " error.");

    /** Where the web pages listen. */
    public static final Setting<Integer> UI_PORT = setting("sluice.ui.port", SettingType.port())
            .byDefault("0")
            .unit("port")
            .alias("spark.ui.port")
            .doc("The port of the loopback interface on which the web pages listen. 0 takes one that is free.");

    /** Where the histories of programs go. */
    public static final Setting<Optional<Path>> HISTORY_DIR = setting("sluice.history.dir", PATH.orUnset())
            .doc("A directory into which each program writes what happens as one file of JSON lines, for `sluice"
                    + " history` and `sluice report`. It is made if it is missing. Not set: nothing is written.");

    /** Whether functions are profiled. */
    public static final Setting<Boolean> PROFILE = setting("sluice.profile", BOOLEAN)
            .byDefault("false")
            .alias("spark.python.profile")
            .doc("Whether the functions of each RDD are profiled in the workers, with cProfile or the context's"
                    + " `profiler_cls`. `Context.show_profiles` prints what came of it.");

    /** Whether memory is profiled. */
    public static final Setting<Boolean> PROFILE_MEMORY = setting("sluice.profile.memory", BOOLEAN)
            .byDefault("false")
            .alias("spark.python.profile.memory")
            .doc("Whether there is a collector for profiles of memory. They are of functions on frames, which are not"
                    + " here, so RDDs are not slowed by it.");

    /** Where profiles go at the end. */
    public static final Setting<Optional<String>> PROFILE_DUMP = setting("sluice.profile.dump", STRING.orUnset())
            .alias("spark.python.profile.dump")
            .doc("A directory into which profiles are written when the driver exits, as files for `pstats`. Without it"
                    + " they are printed then.");

    /** How much is logged. */
    public static final Setting<String> LOG_LEVEL = setting(
                    "sluice.log.level", choice("all", "trace", "debug", "info", "warn", "error", "fatal", "off"))
            .byDefault("warn")
            .alias("spark.log.level")
            .doc("The least severe messages that are logged.");

    private static final List<Setting<?>> ALL = List.of(
            MASTER,
            APP_NAME,
            DEFAULT_PARALLELISM,
            SCHEDULER_MODE,
            TASK_MAX_FAILURES,
            TASK_MAX_LOSSES,
            TASK_MAX_LEASE,
            CANCEL_GRACE,
            BARRIER_TIMEOUT,
            EXECUTOR_WORKER_MEMORY,
            CLUSTER_SILENCE,
            SPARK_START_TIMEOUT,
            WORKER_PYTHON,
            WORKER_REUSE,
            WORKER_IDLE_TIMEOUT,
            WORKER_START_TIMEOUT,
            WORKER_PRELOAD,
            WORKER_ISOLATION,
            WORKER_MAX_TASKS,
            WORKER_MAX_GROWTH,
            WORKER_MEMORY,
            WORKER_ENV,
            BROADCAST_SHARE_ABOVE,
            BROADCAST_DIR,
            CLUSTER_PORT,
            CLUSTER_EXECUTORS,
            CLUSTER_CORES,
            CLUSTER_TOKEN_FILE,
            MEMORY_TOTAL,
            MEMORY_HEAP,
            JAVA_OPTIONS,
            CACHE_LIVE,
            LOCAL_DIRS,
            SHUFFLE_CODEC,
            SPILL_CODEC,
            FRAME_MAX_LENGTH,
            UI_PROGRESS,
            UI_TAG_OUTPUT,
            UI_SUMMARY,
            UI_ENABLED,
            UI_PORT,
            HISTORY_DIR,
            PROFILE,
            PROFILE_MEMORY,
            PROFILE_DUMP,
            LOG_LEVEL);

    private static final List<String> NAMES = ALL.stream().map(Setting::name).toList();

    private Settings() {}

    /** {@return every setting, in the order of the reference} */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Refuses a name that looks like a setting of Sluice and is none.
     *
     * @param name a name as the user wrote it; one that does not begin with {@code sluice.} is not looked at
     * @throws ConfigException if the name is unknown; the message has the nearest one
     */
    public static void requireKnown(String name) {
        if (!name.startsWith("sluice.") || NAMES.contains(name)) {
            return;
        }
        for (Setting<?> setting : ALL) {
            String prefix = setting.name().substring(0, setting.name().length() - 1);
            if (setting.isFamily() && name.startsWith(prefix) && name.length() > prefix.length()) {
                return;
            }
        }
        throw new ConfigException("unknown setting: name=" + Messages.quote(name) + ", nearest="
                + Nearest.to(name, NAMES) + "; correct the name, docs/settings.md has them all");
    }

    private static <T> SettingBuilder<T> setting(String name, SettingType<T> type) {
        return new SettingBuilder<>(name, type);
    }

    private static SettingType<String> codec() {
        return choice("none", "zlib", "zstd");
    }
}
