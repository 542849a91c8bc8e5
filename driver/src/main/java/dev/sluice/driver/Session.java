// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.Engine;
import dev.sluice.engine.Event;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.watch.FlightEvents;
import dev.sluice.engine.watch.HistoryWriter;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputTail;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.worker.BroadcastFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one driver: what makes its engines, which outlives contexts, and what belongs to the context that is
 * active: engine, plan, broadcasts.
 */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final DriverConfig first;
    private final EventBus events = new EventBus();
    private final JobHistory history = new JobHistory();
    private final Map<Long, BroadcastFile> broadcasts = new ConcurrentHashMap<>();
    private final PlanReader plan = new PlanReader(broadcasts);
    private final JavaDoor door;
    private final EngineFactory engines;
    private final boolean shared;
    private final OutputTail tail;
    private final WebPages pages;
    private final Set<DriverConnection> connections = ConcurrentHashMap.newKeySet();
    private final Optional<ProcessHandle> driver;
    private int contexts;
    private boolean closed;
    private @Nullable SessionProgram program;
    private Runnable hide = () -> {};
    private @Nullable Engine engine;
    private @Nullable String failure;

    Session(DriverConfig config, OutputRelay output, SessionHost host) throws IOException {
        this.first = config;
        this.tail = output.tail();
        this.pages = host.pages();
        this.door = new JavaDoor(config.directory());
        this.shared = host.shared();
        this.driver = ProcessHandle.of(config.driverPid());
        this.engines = host.engines(config, new WatchedOutput(output, events));
        events.listen(history);
        events.listen(new EventLog());
        events.listen(new FlightEvents());
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
        if (closed) {
            throw new SluiceException("the program has ended");
        }
        if (engine != null) {
            throw new SluiceException("a context is active already; stop it before another is made");
        }
        DriverConfig config = first.with(call);
        failure = null;
        if (!shared) {
            Logs.level(config.configuration().get(Settings.LOG_LEVEL));
        }
        engine = engines.start(config, events);
        SessionProgram started = new SessionProgram(this, config, tail, ++contexts);
        program = started;
        hide = pages.add(started);
        record(config, started);
    }

    /** Begins to write the program's history, if that is asked for; a program runs without it too. */
    private void record(DriverConfig config, SessionProgram started) {
        Path directory = config.configuration().get(Settings.HISTORY_DIR).orElse(null);
        if (directory == null) {
            return;
        }
        try {
            HistoryWriter writer = new HistoryWriter(directory, started.info());
            Runnable leave = events.listen(writer);
            Runnable hidden = hide;
            hide = () -> {
                leave.run();
                writer.finish(tail.lines(OutputFilter.ALL));
                hidden.run();
            };
        } catch (IOException e) {
            LOG.warn(
                    "there is no history of this program: directory={}: {}", directory, String.valueOf(e.getMessage()));
        }
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
        events.post(new Event.BroadcastAdded(file.id(), file.length(), file.shared()));
    }

    void dropBroadcast(long id, boolean keep) {
        BroadcastFile file = keep ? broadcasts.get(id) : broadcasts.remove(id);
        Engine current = active();
        if (file != null && current != null) {
            current.dropBroadcast(id);
            events.post(new Event.BroadcastDropped(id, keep));
        }
    }

    /** Sets the level of the log; that of a JVM that others share stays as it is. */
    void logLevel(String level) {
        if (!shared) {
            Logs.level(level);
            engines().logLevel(level);
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

    /** Notes a connection that may have a job, as long as it is open. */
    Runnable connected(DriverConnection connection) {
        connections.add(connection);
        return () -> connections.remove(connection);
    }

    /** Cancels a job; false if it does not run. */
    boolean cancel(long job, String reason) {
        boolean found = false;
        for (DriverConnection connection : connections) {
            found |= connection.cancelJob(job, reason);
        }
        return found;
    }

    void cancelAll(String reason) {
        history.activeJobs().forEach(job -> cancel(job, reason));
    }

    /** The driver's process as it was when it came. */
    Optional<ProcessHandle> driver() {
        return driver;
    }

    List<ProcessState> processes() {
        return engines.processes(first.driverPid());
    }

    List<CachedDataset> cached() {
        Engine current = active();
        return current == null ? List.of() : current.cached();
    }

    /** Returns where the active context's pages are, with the token; starts them if need be. */
    String pagesUrl(int port) throws IOException {
        SessionProgram shown;
        synchronized (this) {
            shown = program;
        }
        if (shown == null) {
            throw new SluiceException("no context is active; it was stopped");
        }
        return pages.start(port).url(shown.id());
    }

    /** Ends the active context: its jobs, workers, files and broadcasts. Pool and zygote stay for the next. */
    void stop() {
        door.close();
        Engine stopped;
        Runnable gone;
        synchronized (this) {
            stopped = engine;
            engine = null;
            gone = hide;
            hide = () -> {};
            program = null;
        }
        if (stopped != null) {
            stopped.close();
            gone.run();
            engines.clear(List.copyOf(broadcasts.keySet()));
            broadcasts.clear();
            plan.clear();
            history.clear();
            tail.clear();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            // Waits for a context that begins just now, which is stopped then.
            closed = true;
        }
        stop();
        engines.close();
    }
}
