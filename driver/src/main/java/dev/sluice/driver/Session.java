// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EventBus;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.OutputListener;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one driver: what makes its engines, which outlives contexts, and what belongs to the context that is
 * active: engine, plan, broadcasts.
 */
final class Session implements AutoCloseable {
    private final DriverConfig first;
    private final EventBus events = new EventBus();
    private final JobHistory history = new JobHistory();
    private final Map<Long, BroadcastFile> broadcasts = new ConcurrentHashMap<>();
    private final PlanReader plan = new PlanReader(broadcasts);
    private final JavaDoor door;
    private final EngineFactory engines;
    private final boolean shared;
    private @Nullable Engine engine;
    private @Nullable String failure;

    Session(DriverConfig config, OutputListener output, SessionHost host) throws IOException {
        this.first = config;
        this.door = new JavaDoor(config.directory());
        this.shared = host.shared();
        this.engines = host.engines(config, output);
        events.listen(history);
        events.listen(new EventLog());
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
        failure = null;
        if (!shared) {
            Logs.level(config.configuration().get(Settings.LOG_LEVEL));
        }
        engine = engines.start(config, events);
    }

    synchronized Engine engine() {
        Engine current = engine;
        if (current == null) {
            throw new SluiceException(failure != null ? failure : "no context is active; it was stopped");
        }
        return current;
    }

    /** What makes engines, to ask it questions. */
    EngineFactory engines() {
        return engines;
    }

    EventBus events() {
        return events;
    }

    JobHistory history() {
        return history;
    }

    /** What runs tasks, as the status tracker tells of executors: tasks that run, and bytes of cached partitions. */
    Map<String, Object> executor() {
        Map<String, Object> told = new LinkedHashMap<>(engines.cache());
        told.put("tasks", history.runningTasks());
        return told;
    }

    PlanReader plan() {
        return plan;
    }

    /** Opens the active context's Py4J gateway. */
    Map<String, Object> openDoor() {
        if (shared) {
            throw new SluiceException("the classes of a cluster's JVM cannot be reached from a program, since others"
                    + " share it; use a local master for what needs Java");
        }
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
        Engine current = active();
        if (file != null && current != null) {
            current.dropBroadcast(id);
        }
    }

    /** Sets the level of the log; that of a JVM that others share stays as it is. */
    void logLevel(String level) {
        if (!shared) {
            Logs.level(level);
        }
    }

    void forget(long dataset) {
        plan.forget(dataset);
        free(dataset);
    }

    /** Frees what is kept of a node; a later job computes it again. */
    void free(long dataset) {
        Engine current = active();
        if (current != null) {
            current.forget(dataset);
        }
    }

    private synchronized @Nullable Engine active() {
        return engine;
    }

    /** Ends the active context: its jobs, workers, files and broadcasts. Pool and zygote stay for the next. */
    void stop() {
        door.close();
        Engine stopped;
        synchronized (this) {
            stopped = engine;
            engine = null;
        }
        if (stopped != null) {
            stopped.close();
            engines.clear(List.copyOf(broadcasts.keySet()));
            broadcasts.clear();
            plan.clear();
            history.clear();
        }
    }

    @Override
    public void close() {
        stop();
        engines.close();
    }
}
