// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs in this JVM over a pool of Python workers: one thread a slot takes the next waiting task, round the jobs or
 * oldest job first. All scheduling state is guarded by one lock; tasks and sinks run outside it. Events of stages, and of
 * the ends of tasks, are posted under it, so that they come in order and none comes after the end of its job.
 */
public final class LocalEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(LocalEngine.class);

    /** Attempts that never reached a worker are not the task's fault, but they too must end. */
    private static final int MAX_ATTEMPTS = 100;

    private final WorkerPool pool;
    private final EngineOptions options;
    private final Stores stores;
    private final StagePlanner planner;
    private final EventBus events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, JobRun> jobs = new LinkedHashMap<>();
    private final Schedule schedule;
    private final ExecutorService deliveries;
    private final ScheduledThreadPoolExecutor reaper;
    private int nextStage;
    private boolean closed;

    /**
     * Starts the slots.
     *
     * @param pool where workers come from; stays open when the engine closes
     * @param options how to run tasks
     * @param shuffleBudget memory for map outputs and results on their way
     * @param cacheBudget memory for cached partitions
     * @param directories where to spill; closed with the engine
     * @param events hears what happens
     */
    public LocalEngine(
            WorkerPool pool,
            EngineOptions options,
            MemoryBudget shuffleBudget,
            MemoryBudget cacheBudget,
            SpillDirectories directories,
            EventBus events) {
        this.pool = pool;
        this.options = options;
        this.stores = new Stores(shuffleBudget, cacheBudget, directories, options.codec());
        this.schedule = new Schedule(options, new Locality(stores.cache()), lock.newCondition());
        this.events = events;
        this.deliveries = Executors.newCachedThreadPool(task -> daemon(task, "sluice-delivery"));
        this.reaper = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "sluice-reaper"));
        reaper.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
        reaper.setRemoveOnCancelPolicy(true);
        this.planner = new StagePlanner(stores, new Barrier.Limit(options.barrier(), reaper));
        for (int i = 0; i < options.slots(); i++) {
            daemon(new Slot(this, pool, stores), "sluice-slot-" + i).start();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        JobRun run = new JobRun(job, sink);
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
            refusal = BarrierRules.refusal(planner, job, options.slots());
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
    private void advance(JobRun run) {
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
            boolean running = schedule.writes(shuffle);
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

    /** Waits for tasks that one worker is to run; null once the engine is closed. */
    @Nullable
    Lease take() {
        lock.lock();
        try {
            Lease lease = schedule.next();
            while (lease == null && !closed) {
                schedule.await();
                lease = schedule.next();
            }
            return lease;
        } catch (InterruptedException e) {
            // Nobody interrupts a slot: a closed engine wakes it.
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Notes a lease of several tasks, whose last ones may go to another slot. */
    void open(Lease lease, int tasks) {
        if (tasks > 1) {
            lock.lock();
            try {
                schedule.open(lease);
            } finally {
                lock.unlock();
            }
        }
    }

    void over(Lease lease) {
        lock.lock();
        try {
            schedule.over(lease);
        } finally {
            lock.unlock();
        }
    }

    /** Lets tasks wait again that no worker has begun. */
    void giveBack(List<TaskRun> tasks) {
        if (tasks.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            schedule.giveBack(tasks);
        } finally {
            lock.unlock();
        }
    }

    void started(TaskRun task, long pid) {
        events.post(TaskEvents.started(task, pid));
    }

    /** Ends a job at whose task this engine itself failed. */
    void broken(JobRun run, Throwable e) {
        fail(run, JobFailure.of(JobFailure.Kind.ENGINE, "the engine failed: " + e + " in job=" + run.id()));
    }

    /** Ends a job that can never be run. */
    void refused(JobRun run, IOException e) {
        fail(run, JobFailure.of(JobFailure.Kind.ENGINE, String.valueOf(e.getMessage())));
    }

    void succeeded(TaskRun task, long pid, TaskReport.Succeeded report, @Nullable Spool spool) {
        StageRun stage = task.stage();
        JobRun run = stage.job();
        boolean last;
        lock.lock();
        try {
            if (run.ended()) {
                if (spool != null) {
                    spool.close();
                }
                return;
            }
            if (report.accumulators().length > 0) {
                run.accumulators().add(report.accumulators());
            }
            last = stage.finished(task, report.metrics().runNanos());
            events.post(TaskEvents.succeeded(task, pid, report));
            if (last) {
                schedule.remove(stage);
                run.stages().remove(stage);
                events.post(new Event.StageEnded(run.id(), stage.spec().id()));
                if (stage.shuffle() != null) {
                    // Other jobs may have waited for this shuffle too, or tasks of this one for a lost part of it.
                    jobs.values().forEach(this::advance);
                    schedule.wakeAll();
                }
            }
        } finally {
            lock.unlock();
        }
        if (spool != null) {
            run.delivery().add(task.index(), task.attemptId(), spool);
        }
        if (last && stage.shuffle() == null) {
            succeed(run);
        }
    }

    /** Keeps what a task of a barrier stage made until all of them have ended well, and then takes it for done. */
    void held(Held one) {
        StageRun stage = one.task().stage();
        List<Held> whole;
        lock.lock();
        try {
            if (stage.job().ended() || !stage.runs(one.task())) {
                one.execution().close();
                return;
            }
            whole = stage.hold(one);
        } finally {
            lock.unlock();
        }
        Barrier barrier = one.task().barrier();
        if (barrier != null) {
            barrier.ended(one.task().index());
        }
        try {
            for (Held each : whole) {
                succeeded(
                        each.task(),
                        each.worker().pid(),
                        each.report(),
                        each.execution().commit(each.report(), each.worker()));
            }
        } catch (SpillException e) {
            broken(stage.job(), e);
        } finally {
            whole.forEach(each -> each.execution().close());
        }
    }

    /** Starts a barrier stage again whose task failed, unless that was once too often. Under the lock. */
    private List<TaskRun> again(StageRun stage, int count, int allowed) {
        if (!stage.together() || count >= allowed) {
            return List.of();
        }
        stage.takeHeld().forEach(this::giveUp);
        List<TaskRun> before = stage.startAgain();
        before.forEach(task -> events.post(TaskEvents.cancelled(task, task.startedIn())));
        events.post(new Event.StageStartedAgain(stage.job().id(), stage.spec().id()));
        return before;
    }

    /** Ends what runs of an attempt that was given up, then the waits at its barrier. */
    private static void leave(TaskRun task, List<TaskRun> beside) {
        beside.forEach(TaskRun::cancel);
        Barrier barrier = beside.isEmpty() ? null : task.barrier();
        if (barrier != null) {
            barrier.close();
        }
    }

    private void giveUp(Held one) {
        events.post(TaskEvents.cancelled(one.task(), one.worker().pid()));
        one.execution().close();
    }

    void failed(TaskRun task, long pid, TaskReport.Failed report) {
        StageRun stage = task.stage();
        int allowed = stage.failuresAllowed(options.maxFailures());
        int failures;
        List<TaskRun> beside;
        lock.lock();
        try {
            if (stage.job().ended() || !stage.runs(task)) {
                return;
            }
            failures = stage.failed(task, allowed);
            TaskEvents.failed(events, task, pid, report);
            beside = again(stage, failures, allowed);
            schedule.wakeAll();
        } finally {
            lock.unlock();
        }
        leave(task, beside);
        if (failures < allowed) {
            LOG.warn(
                    "a task raised {}: {} in {} failures={} of {}",
                    report.type(),
                    report.message().lines().findFirst().orElse(""),
                    stage.where(task),
                    failures,
                    allowed);
        } else {
            String text = "a task failed" + (failures > 1 ? " " + failures + " times" : "") + ": " + report.type()
                    + ": " + report.message() + " in " + stage.where(task) + " worker=" + pid;
            fail(
                    stage.job(),
                    new JobFailure(JobFailure.Kind.USER, text, report.type(), report.traceback(), report.pickled()));
        }
    }

    void lost(TaskRun task, long pid, String reason, boolean charged) {
        StageRun stage = task.stage();
        int losses;
        List<TaskRun> beside;
        lock.lock();
        try {
            if (stage.job().ended() || !stage.runs(task)) {
                return;
            }
            losses = stage.lost(task, charged, options.maxLosses());
            TaskEvents.lost(events, task, pid, reason);
            beside = again(stage, losses, options.maxLosses());
            advance(stage.job());
            schedule.wakeAll();
        } finally {
            lock.unlock();
        }
        leave(task, beside);
        LOG.warn(
                "{} in {} losses={} of {}",
                reason.lines().findFirst().orElse(""),
                stage.where(task),
                losses,
                options.maxLosses());
        if (losses >= options.maxLosses() || task.attempt() >= MAX_ATTEMPTS) {
            fail(
                    stage.job(),
                    JobFailure.of(
                            JobFailure.Kind.LOST,
                            "a task was lost " + losses + " times: " + reason + " in " + stage.where(task)
                                    + "; sluice.task.maxLosses allows fewer than " + options.maxLosses()));
        }
    }

    private void succeed(JobRun run) {
        run.delivery().whenDelivered(() -> {
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

    private void fail(JobRun run, JobFailure failure) {
        // Beside a task that raised, the others may well end by themselves and keep their workers warm; nobody who
        // cancels wants to wait for that.
        if (!end(run, failure.kind() == JobFailure.Kind.USER ? options.grace() : Duration.ZERO)) {
            return;
        }
        run.delivery().abort(() -> {
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
            held.forEach(this::giveUp);
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

    @Override
    public void forget(long dataset) {
        stores.shuffles().forget(dataset);
        stores.cache().forget(dataset).forEach(worker -> worker.uncache(dataset));
    }

    @Override
    public void dropBroadcast(long broadcast) {
        pool.drop(broadcast);
    }

    /**
     * Tells what is kept of cached nodes.
     *
     * @return their sizes now
     */
    public List<CachedDataset> cached() {
        return stores.cache().sizes();
    }

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
