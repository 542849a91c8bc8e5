// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Runs the jobs of one program over slots that take leases from a {@link Schedule}: what it decides is which tasks there
 * are, when they may begin, and what their ends mean. Where tasks run it does not know. All scheduling state is guarded
 * by one lock, which schedulers that share slots have in common; sinks run outside it. Events of stages, and of the ends
 * of tasks, are posted under it, so that they come in order and none comes after the end of its job.
 */
public final class Scheduler implements AutoCloseable {
    private final EngineOptions options;
    private final Stores stores;
    private final StagePlanner planner;
    private final EventBus events;
    private final ReentrantLock lock;
    private final Map<Long, JobRun> jobs = new LinkedHashMap<>();
    private final Schedule schedule;
    private final TaskEnds ends;
    private final ExecutorService deliveries;
    private final ScheduledThreadPoolExecutor reaper;
    private int nextStage;
    private boolean closed;

    /**
     * Makes a scheduler whose tasks leave what they make in files of other processes, which read them in place.
     *
     * @param options how to run tasks
     * @param storage where results wait for their reader; closed with the scheduler
     * @param lock guards the schedule
     * @param schedule where tasks wait for slots
     * @param events hears what happens
     */
    public Scheduler(
            EngineOptions options, TaskStorage storage, ReentrantLock lock, Schedule schedule, EventBus events) {
        this(options, new Stores(storage, true), lock, schedule, events);
    }

    Scheduler(EngineOptions options, Stores stores, ReentrantLock lock, Schedule schedule, EventBus events) {
        this.options = options;
        this.stores = stores;
        this.lock = lock;
        this.schedule = schedule;
        this.events = events;
        this.deliveries = Executors.newCachedThreadPool(task -> daemon(task, "sluice-delivery"));
        this.reaper = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "sluice-reaper"));
        reaper.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
        reaper.setRemoveOnCancelPolicy(true);
        this.planner = new StagePlanner(stores, new Barrier.Limit(options.barrier(), reaper));
        this.ends = new TaskEnds(this);
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** {@return who is to hear how tasks of this scheduler end} */
    public LeaseOwner<TaskRun> owner() {
        return ends;
    }

    /**
     * Starts a job and returns at once.
     *
     * @param job what to compute
     * @param sink takes the results, then one end
     * @return a handle to cancel it
     */
    public JobHandle submit(Job job, ResultSink sink) {
        JobRun run = new JobRun(job, sink, options, this);
        run.delivery(new Delivery(
                sink,
                job.partitions().size(),
                job.ordered(),
                deliveries,
                e -> cancel(run, "nobody reads the results: " + e.getMessage())));
        events.post(new Event.JobStarted(job.id(), job.properties()));
        String refusal;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the engine is closed: job=" + job.id());
            }
            jobs.put(job.id(), run);
            refusal = BarrierRules.refusal(planner::missing, job, options.slots());
            if (refusal == null) {
                advance(run);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            fail(run, JobFailure.of(JobFailure.Kind.ENGINE, refusal + " job=" + job.id()));
        } else if (job.partitions().isEmpty()) {
            succeed(run);
        }
        return reason -> cancel(run, reason);
    }

    /** Starts every stage of a job whose inputs are there. Under the lock. */
    void advance(JobRun run) {
        if (run.ended()) {
            return;
        }
        List<StageRun> started = new ArrayList<>();
        if (ready(run, run.job().target(), started) && run.result() == null) {
            StageRun stage = planner.resultStage(run, nextStage++);
            run.result(stage);
            if (stage.tasks() > 0) {
                start(stage);
                started.add(stage);
            }
        }
        for (StageRun stage : run.stages()) {
            stage.block(!planner.missing(stage.dataset()).isEmpty());
        }
        schedule.wake(started.stream().mapToInt(StageRun::tasks).sum());
    }

    /** Returns whether tasks over {@code dataset} can start; starts what is in their way, or in that of a stage there. */
    private boolean ready(JobRun run, Dataset dataset, List<StageRun> started) {
        boolean ready = true;
        for (Dataset.Shuffle shuffle : planner.missing(dataset)) {
            ready = false;
            boolean running = schedule.writes(shuffle, this);
            if (ready(run, shuffle.input(), started) && !running) {
                StageRun stage = planner.mapStage(run, nextStage++, shuffle);
                start(stage);
                started.add(stage);
            }
        }
        return ready;
    }

    private void start(StageRun stage) {
        schedule.add(stage);
        stage.job().stages().add(stage);
        events.post(TaskEvents.stageStarted(stage));
    }

    void succeed(JobRun run) {
        run.delivery().whenDelivered(run.accumulatorBytes(), () -> {
            if (end(run, Duration.ZERO)) {
                // First, so that a driver whose action has returned finds that its job has ended.
                events.post(new Event.JobEnded(run.id(), true, ""));
                run.sink().succeeded(run.accumulators());
            }
        });
    }

    private void cancel(JobRun run, String reason) {
        fail(run, JobFailure.of(JobFailure.Kind.CANCELLED, "job was cancelled: " + reason + " job=" + run.id()));
    }

    void fail(JobRun run, JobFailure failure) {
        // Beside a task that raised, the others may well end by themselves and keep their workers warm; nobody who
        // cancels wants to wait for that.
        if (!end(run, failure.kind() == JobFailure.Kind.USER ? options.grace() : Duration.ZERO)) {
            return;
        }
        run.delivery().abort(failure.bytes(), () -> {
            events.post(new Event.JobEnded(run.id(), false, failure.message()));
            run.sink().failed(failure);
        });
    }

    /** Takes a job out of the schedule and ends its running tasks, after a grace; false if it had ended before. */
    private boolean end(JobRun run, Duration grace) {
        List<TaskRun> running = new ArrayList<>();
        List<Held> held = new ArrayList<>();
        lock.lock();
        try {
            if (!run.end()) {
                return false;
            }
            jobs.remove(run.id());
            for (StageRun stage : run.stages()) {
                schedule.remove(stage);
                running.addAll(stage.stop());
                held.addAll(stage.takeHeld());
            }
            running.forEach(task -> events.post(TaskEvents.cancelled(task, task.startedIn())));
            held.forEach(ends::giveUp);
            if (!run.stages().isEmpty()) {
                // A shuffle that this job computed for others too is theirs now.
                jobs.values().forEach(this::advance);
            }
        } finally {
            lock.unlock();
        }
        if (grace.isZero()) {
            running.forEach(TaskRun::cancel);
        } else if (!running.isEmpty()) {
            running.forEach(TaskRun::abandon);
            reaper.schedule(() -> running.forEach(TaskRun::cancel), grace.toMillis(), TimeUnit.MILLISECONDS);
        }
        // Only now: tasks that hear of it end by themselves, and those that are to be killed are.
        running.stream()
                .map(TaskRun::barrier)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(Barrier::close);
        return true;
    }

    /** Starts what a shuffle that is whole now held up: other jobs may have waited for it too. Under the lock. */
    void advanceAll() {
        jobs.values().forEach(this::advance);
        schedule.wakeAll();
    }

    /**
     * Forgets outputs whose files are gone with the process that had them, so that they are made again. Tasks that ran
     * there are to be reported as lost afterwards.
     *
     * @param gone tells which outputs
     */
    public void lose(Predicate<MapOutput> gone) {
        stores.shuffles().loseIf(gone);
        stores.cache().loseIf(gone);
        lock.lock();
        try {
            advanceAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that a task was lost with the process that its worker was in. Tasks are not to blame for that, unless it
     * happens to one again and again: it may be what ends these processes.
     *
     * @param task the task that was first in its lease
     * @param pid where it ran; 0 for nowhere
     * @param reason how the process ended
     */
    public void lostWithHost(TaskRun task, long pid, String reason) {
        ends.lostWithHost(task, pid, reason);
    }

    /**
     * Frees what is kept for a node: shuffle output, cached partitions. Jobs that read it compute it again.
     *
     * @param dataset the node's id
     */
    public void forget(long dataset) {
        stores.shuffles().forget(dataset);
        stores.cache().forget(dataset).forEach(worker -> worker.uncache(dataset));
    }

    /**
     * Tells what is kept of cached nodes.
     *
     * @return their sizes now
     */
    public List<CachedDataset> cached() {
        return stores.cache().sizes();
    }

    /** Tells whether the scheduler takes no jobs any more. Under the lock. */
    boolean closed() {
        return closed;
    }

    EngineOptions options() {
        return options;
    }

    Stores stores() {
        return stores;
    }

    EventBus events() {
        return events;
    }

    ReentrantLock lock() {
        return lock;
    }

    Schedule schedule() {
        return schedule;
    }

    /** Cancels all jobs and frees what was kept. Idempotent. */
    @Override
    public void close() {
        List<JobRun> running;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            running = List.copyOf(jobs.values());
            schedule.wakeAll();
        } finally {
            lock.unlock();
        }
        running.forEach(run -> cancel(run, "the context was stopped"));
        deliveries.shutdown();
        reaper.shutdown();
        stores.close();
    }
}
