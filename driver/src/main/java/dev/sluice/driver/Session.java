// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import dev.sluice.core.json.JsonObject;
import dev.sluice.core.memory.MemoryTable;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.LocalEngine;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.os.DeflateCodecs;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.OutputListener;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one driver: its pool, which outlives contexts, and what belongs to the context that is active: engine,
 * plan, broadcasts.
 */
final class Session implements AutoCloseable {
    /** Workers forked before the first task asks for them; more are forked as they are needed. */
    private static final int PREPARED = 4;

    private final DriverConfig first;
    private final OutputListener output;
    private final EventBus events = new EventBus();
    private final JobHistory history = new JobHistory();
    private final Map<Long, BroadcastFile> broadcasts = new ConcurrentHashMap<>();
    private final PlanReader plan = new PlanReader(broadcasts);
    private final JavaDoor door;
    private int pools;
    private PoolOptions poolOptions;
    private WorkerPool pool;
    private CountedBudget cacheBudget = new CountedBudget(0);
    private @Nullable LocalEngine engine;
    private @Nullable String failure;

    Session(DriverConfig config, OutputListener output) throws IOException {
        this.first = config;
        this.output = output;
        this.door = new JavaDoor(config.directory());
        this.poolOptions = config.pool(poolDirectory(config));
        this.pool = new WorkerPool(poolOptions, output);
        events.listen(history);
        events.listen(new EventLog());
    }

    private Path poolDirectory(DriverConfig config) throws IOException {
        Path directory = config.directory().resolve("pool" + pools++);
        return Files.createDirectory(directory);
    }

    /** Starts the context that came with the configuration; whoever needs it first hears of a failure. */
    synchronized void startFirst() {
        try {
            start(first.start());
        } catch (IOException | SluiceException e) {
            failure = String.valueOf(e.getMessage());
        }
    }

    /** Starts a context: an engine with its slots, over the pool that is there if it was started alike. */
    synchronized void start(JsonObject call) throws IOException {
        if (engine != null) {
            throw new SluiceException("a context is active already; stop it before another is made");
        }
        DriverConfig config = first.with(call);
        if (!config.pool(poolOptions.directory()).equals(poolOptions)) {
            pool.close();
            poolOptions = config.pool(poolDirectory(config));
            pool = new WorkerPool(poolOptions, output);
        }
        failure = null;
        Logs.level(config.configuration().get(Settings.LOG_LEVEL));
        EngineOptions options = new EngineOptions(
                call.integer("slots"),
                call.integer("maxFailures"),
                config.configuration().get(Settings.TASK_MAX_LOSSES),
                config.configuration().get(Settings.SCHEDULER_MODE).equals("fifo"),
                config.configuration().get(Settings.TASK_MAX_LEASE),
                shuffleCodec(config),
                config.configuration().get(Settings.CANCEL_GRACE),
                config.configuration().get(Settings.BARRIER_TIMEOUT));
        MemoryTable memory = MemoryTable.of(config.configuration());
        pool.keepCached(config.live(memory, options.slots()));
        cacheBudget = new CountedBudget(memory.cache());
        engine = new LocalEngine(
                pool,
                options,
                MemoryBudget.of(memory.shuffle()),
                cacheBudget,
                SpillDirectories.lazy(config.localDirectories()),
                events);
        prepare(options.slots());
    }

    private void prepare(int slots) {
        WorkerPool current = pool;
        Thread thread = new Thread(() -> current.prepare(Math.min(slots, PREPARED)), "sluice-prepare");
        thread.setDaemon(true);
        thread.start();
    }

    /** The codec of map output; zlib through C where that is at hand, which loads JNA, so only when it is asked for. */
    private static Codec shuffleCodec(DriverConfig config) {
        String name = config.configuration().get(Settings.SHUFFLE_CODEC);
        if (name.equals("zlib")) {
            Codecs.useZlib(DeflateCodecs.blockCodec(1));
        }
        return Codecs.named(name);
    }

    synchronized LocalEngine engine() {
        LocalEngine current = engine;
        if (current == null) {
            throw new SluiceException(failure != null ? failure : "no context is active; it was stopped");
        }
        return current;
    }

    synchronized WorkerPool pool() {
        return pool;
    }

    EventBus events() {
        return events;
    }

    JobHistory history() {
        return history;
    }

    /** What runs tasks, as the status tracker tells of executors: tasks that run, and bytes of cached partitions. */
    synchronized Map<String, Object> executor() {
        return Map.of("tasks", history.runningTasks(), "cached", cacheBudget.used(), "cacheLimit", cacheBudget.limit());
    }

    PlanReader plan() {
        return plan;
    }

    /** Opens the active context's Py4J gateway. */
    Map<String, Object> openDoor() {
        engine();
        return door.open();
    }

    void addBroadcast(JsonObject call) {
        BroadcastFile file =
                new BroadcastFile(call.number("id"), call.text("path"), call.number("length"), call.flag("shared"));
        broadcasts.put(file.id(), file);
    }

    void dropBroadcast(long id, boolean keep) {
        BroadcastFile file = keep ? broadcasts.get(id) : broadcasts.remove(id);
        if (file != null) {
            pool().drop(id);
        }
    }

    void forget(long dataset) {
        plan.forget(dataset);
        free(dataset);
    }

    /** Frees what is kept of a node; a later job computes it again. */
    void free(long dataset) {
        LocalEngine current;
        synchronized (this) {
            current = engine;
        }
        if (current != null) {
            current.forget(dataset);
        }
    }

    /** Ends the active context: its jobs, workers, files and broadcasts. Pool and zygote stay for the next. */
    void stop() {
        door.close();
        LocalEngine stopped;
        synchronized (this) {
            stopped = engine;
            engine = null;
        }
        if (stopped != null) {
            stopped.close();
            broadcasts.keySet().forEach(id -> pool().drop(id));
            broadcasts.clear();
            plan.clear();
            history.clear();
            pool().clear();
        }
    }

    @Override
    public void close() {
        stop();
        pool().close();
    }
}
