// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import dev.sluice.core.json.JsonObject;
import dev.sluice.core.memory.MemoryTable;
import dev.sluice.core.settings.Configuration;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.EngineOptions;
import dev.sluice.os.DeflateCodecs;
import dev.sluice.worker.PoolOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a driver tells its JVM at the start.
 *
 * @param directory a private directory of the run, made by the driver
 * @param driverPid the driver's process
 * @param python the interpreter for workers
 * @param packageDirectory the directory that holds the Python package
 * @param hashSeed the PYTHONHASHSEED of all workers
 * @param environment variables for workers
 * @param configuration the program's settings
 * @param versions what the driver runs: {@code python}, {@code cloudpickle}
 * @param start the first context, as the call {@code start} describes it
 */
public record DriverConfig(
        Path directory,
        long driverPid,
        String python,
        Path packageDirectory,
        String hashSeed,
        Map<String, String> environment,
        Configuration configuration,
        Map<String, String> versions,
        JsonObject start) {
    /**
     * Reads the line that a driver says first.
     *
     * @param json the line
     * @return what it says
     */
    public static DriverConfig read(JsonObject json) {
        return new DriverConfig(
                Path.of(json.text("directory")),
                json.number("pid"),
                json.text("python"),
                Path.of(json.text("package")),
                json.text("hashSeed"),
                json.textMap("environment"),
                Configuration.of(json.textMap("settings")),
                json.textMap("versions"),
                json);
    }

    /**
     * Returns the same program with another context's settings and environment.
     *
     * @param json the call {@code start}
     * @return what holds for that context
     */
    public DriverConfig with(JsonObject json) {
        return new DriverConfig(
                directory,
                driverPid,
                python,
                packageDirectory,
                hashSeed,
                json.textMap("environment"),
                Configuration.of(json.textMap("settings")),
                versions,
                json);
    }

    /**
     * Lists the directories where data is spilled: the run's own unless others are set.
     *
     * @return the directories, at least one
     */
    public List<Path> localDirectories() {
        List<Path> set = configuration.get(Settings.LOCAL_DIRS);
        return set.isEmpty() ? List.of(directory) : set;
    }

    /**
     * Returns the limits of aggregation in workers, as {@link PoolOptions#spill} describes them.
     *
     * @return limits by name
     */
    public Map<String, Object> spill() {
        return Map.of(
                "memory", configuration.get(Settings.WORKER_MEMORY),
                "directories", localDirectories().stream().map(Path::toString).toList(),
                "codec", configuration.get(Settings.SPILL_CODEC));
    }

    /**
     * Tells what a worker may keep of the cache as objects; one that serves a single task would keep it for nobody.
     *
     * @param memory how memory is split
     * @param slots workers at a time
     * @return bytes
     */
    public long live(MemoryTable memory, int slots) {
        if (!configuration.get(Settings.WORKER_REUSE)) {
            return 0;
        }
        return configuration.get(Settings.CACHE_LIVE).orElse(memory.workers() / (3L * slots));
    }

    /**
     * Returns the codec of map output; zlib through C where that is at hand, which loads JNA, so only when it is asked for.
     *
     * @return the codec of the setting
     */
    public Codec shuffleCodec() {
        String name = configuration.get(Settings.SHUFFLE_CODEC);
        if (name.equals("zlib")) {
            Codecs.useZlib(DeflateCodecs.blockCodec(1));
        }
        return Codecs.named(name);
    }

    /**
     * Returns how an engine runs this context's tasks.
     *
     * @param codec how map output is packed
     * @return the options, with as many slots as the driver asks for
     */
    public EngineOptions engine(Codec codec) {
        return new EngineOptions(
                start.integer("slots"),
                start.integer("maxFailures"),
                configuration.get(Settings.TASK_MAX_LOSSES),
                configuration.get(Settings.SCHEDULER_MODE).equals("fifo"),
                configuration.get(Settings.TASK_MAX_LEASE),
                codec,
                configuration.get(Settings.CANCEL_GRACE),
                configuration.get(Settings.BARRIER_TIMEOUT));
    }

    /**
     * Returns how to start and keep this context's workers.
     *
     * @param pools a private directory for the pool's sockets
     * @return options of a pool
     */
    public PoolOptions pool(Path pools) {
        int maxTasks = configuration.get(Settings.WORKER_MAX_TASKS);
        return new PoolOptions(
                configuration.get(Settings.WORKER_PYTHON).orElse(python),
                packageDirectory,
                pools,
                environment,
                hashSeed,
                configuration.get(Settings.WORKER_PRELOAD),
                configuration.get(Settings.WORKER_REUSE),
                configuration.get(Settings.WORKER_IDLE_TIMEOUT),
                configuration.get(Settings.WORKER_START_TIMEOUT),
                maxTasks == 0 ? Long.MAX_VALUE : maxTasks,
                configuration.get(Settings.WORKER_ISOLATION).equals("strict"),
                configuration.get(Settings.WORKER_MAX_GROWTH),
                spill(),
                versions,
                configuration.get(Settings.FRAME_MAX_LENGTH));
    }
}
