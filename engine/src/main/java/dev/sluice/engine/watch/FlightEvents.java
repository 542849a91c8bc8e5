// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Passes events on to the JDK's Flight Recorder; jobs, stages and tasks last from their start to their end. Until a
 * recording is begun for the first time, be it by {@code jcmd} in mid-program, none of the recorder's events is touched: to
 * load them costs some two hundred classes.
 */
@SuppressWarnings("unused") // the recorder reads the fields
public final class FlightEvents implements Consumer<Event> {
    private static final int NONE = -1;

    /** What has begun, as far as it is recorded; what is left of a job goes with it. */
    private final Map<Begun, Object> begun = new ConcurrentHashMap<>();

    private record Begun(long job, int stage, int partition, int attempt) {}

    /** Makes a listener. */
    public FlightEvents() {}

    @Override
    public void accept(Event event) {
        if (FlightRecorder.isInitialized()) {
            record(event);
        }
    }

    private void record(Event event) {
        if (event instanceof Event.TaskStarted task) {
            begin(new Begun(task.job(), task.stage(), task.partition(), task.attempt()), new TaskFlight());
        } else if (event instanceof Event.TaskEnded task) {
            ended(task);
        } else if (event instanceof Event.JobStarted job) {
            begin(new Begun(job.job(), NONE, NONE, NONE), new JobFlight());
        } else if (event instanceof Event.JobEnded job) {
            ended(job);
        } else if (event instanceof Event.StageStarted stage) {
            StageFlight flight = new StageFlight();
            flight.tasks = stage.tasks();
            begin(new Begun(stage.job(), stage.stage(), NONE, NONE), flight);
        } else if (event instanceof Event.StageEnded stage) {
            ended(stage);
        } else if (event instanceof Event.WorkerStarted worker) {
            commit(new WorkerFlight(worker.pid(), worker.parent()));
        } else if (event instanceof Event.BroadcastAdded broadcast) {
            commit(new BroadcastFlight(broadcast.broadcast(), broadcast.bytes(), broadcast.shared()));
        }
    }

    private void begin(Begun what, jdk.jfr.Event flight) {
        if (flight.isEnabled()) {
            flight.begin();
            begun.put(what, flight);
        }
    }

    private void ended(Event.JobEnded job) {
        if (begun.remove(new Begun(job.job(), NONE, NONE, NONE)) instanceof JobFlight flight) {
            flight.job = job.job();
            flight.succeeded = job.succeeded();
            flight.commit();
        }
        begun.keySet().removeIf(left -> left.job() == job.job());
    }

    private void ended(Event.StageEnded stage) {
        if (begun.remove(new Begun(stage.job(), stage.stage(), NONE, NONE)) instanceof StageFlight flight) {
            flight.job = stage.job();
            flight.stage = stage.stage();
            flight.commit();
        }
    }

    private void ended(Event.TaskEnded task) {
        Begun what = new Begun(task.job(), task.stage(), task.partition(), task.attempt());
        if (begun.remove(what) instanceof TaskFlight flight) {
            flight.job = task.job();
            flight.stage = task.stage();
            flight.partition = task.partition();
            flight.attempt = task.attempt();
            flight.pid = task.pid();
            flight.outcome = task.outcome().name();
            flight.run = task.metrics().runNanos();
            flight.user = task.metrics().userNanos();
            flight.bytes = task.bytes();
            flight.commit();
        }
        if (task.metrics().diskBytesSpilled() > 0) {
            commit(new SpillFlight(
                    task.job(), task.stage(), task.partition(), task.metrics().diskBytesSpilled()));
        }
    }

    private static void commit(jdk.jfr.Event event) {
        event.commit();
    }

    @Name("dev.sluice.Job")
    @Label("Job")
    @Category("Sluice")
    @StackTrace(false)
    private static final class JobFlight extends jdk.jfr.Event {
        private long job;
        private boolean succeeded;
    }

    @Name("dev.sluice.Stage")
    @Label("Stage")
    @Category("Sluice")
    @StackTrace(false)
    private static final class StageFlight extends jdk.jfr.Event {
        private long job;
        private int stage;
        private int tasks;
    }

    @Name("dev.sluice.Task")
    @Label("Task")
    @Category("Sluice")
    @StackTrace(false)
    private static final class TaskFlight extends jdk.jfr.Event {
        private long job;
        private int stage;
        private int partition;
        private int attempt;
        private long pid;
        private String outcome = "";

        @Timespan(Timespan.NANOSECONDS)
        private long run;

        @Timespan(Timespan.NANOSECONDS)
        private long user;

        @DataAmount
        private long bytes;
    }

    @Name("dev.sluice.WorkerStart")
    @Label("Worker start")
    @Category("Sluice")
    @StackTrace(false)
    private static final class WorkerFlight extends jdk.jfr.Event {
        private final long pid;
        private final long parent;

        WorkerFlight(long pid, long parent) {
            this.pid = pid;
            this.parent = parent;
        }
    }

    @Name("dev.sluice.Broadcast")
    @Label("Broadcast")
    @Category("Sluice")
    @StackTrace(false)
    private static final class BroadcastFlight extends jdk.jfr.Event {
        private final long broadcast;

        @DataAmount
        private final long bytes;

        private final boolean shared;

        BroadcastFlight(long broadcast, long bytes, boolean shared) {
            this.broadcast = broadcast;
            this.bytes = bytes;
            this.shared = shared;
        }
    }

    @Name("dev.sluice.Spill")
    @Label("Spill")
    @Category("Sluice")
    @StackTrace(false)
    private static final class SpillFlight extends jdk.jfr.Event {
        private final long job;
        private final int stage;
        private final int partition;

        @DataAmount
        private final long bytes;

        SpillFlight(long job, int stage, int partition, long bytes) {
            this.job = job;
            this.stage = stage;
            this.partition = partition;
            this.bytes = bytes;
        }
    }
}
