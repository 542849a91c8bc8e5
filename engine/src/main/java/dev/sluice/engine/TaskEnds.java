// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the ends of tasks mean to a scheduler's jobs: output is kept, tasks wait again, jobs fail. Guarded by the
 * scheduler's lock.
 */
final class TaskEnds implements LeaseOwner<TaskRun> {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEnds.class);

    /** Attempts that never reached a worker are not the task's fault, but they too must end. */
    private static final int MAX_ATTEMPTS = 100;

    private final Scheduler scheduler;
    private final Stores stores;
    private final EventBus events;
    private final ReentrantLock lock;
    private final Schedule schedule;

    TaskEnds(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.stores = scheduler.stores();
        this.events = scheduler.events();
        this.lock = scheduler.lock();
        this.schedule = scheduler.schedule();
    }

    @Override
    public TaskTree tree(TaskRun task) throws IOException {
        return task.plan();
    }

    @Override
    public ResultOutput result(TaskRun task) {
        return new LiveSpool(task, stores.storage().newSpool());
    }

    @Override
    public void started(TaskRun task, WorkerHandle worker) {
        events.post(TaskEvents.started(task, worker.pid()));
    }

    @Override
    public void opened(Lease<TaskRun> lease, int tasks) {
        if (tasks > 1) {
            lock.lock();
            try {
                schedule.open(lease);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void over(Lease<TaskRun> lease) {
        lock.lock();
        try {
            schedule.over(lease);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void meet(TaskRun task, boolean gather, String message, TaskOutput.Reply reply) throws IOException {
        task.meet(gather, message, reply);
    }

    @Override
    public void returned(List<TaskRun> tasks) {
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

    @Override
    public void broken(Lease<TaskRun> lease, Throwable e) {
        JobRun run = lease.first().stage().job();
        scheduler.fail(run, JobFailure.of(JobFailure.Kind.ENGINE, "the engine failed: " + e + " in job=" + run.id()));
    }

    @Override
    public void refused(Lease<TaskRun> lease, IOException reason) {
        scheduler.fail(
                lease.first().stage().job(),
                JobFailure.of(JobFailure.Kind.ENGINE, String.valueOf(reason.getMessage())));
    }

    @Override
    public void succeeded(TaskRun task, WorkerHandle worker, TaskReport.Succeeded report, TaskMade made) {
        if (task.stage().together()) {
            held(new Held(task, worker, report, made));
        } else {
            counts(new Held(task, worker, report, made));
        }
    }

    /** Makes what a task made visible: map output and cached partitions in their stores, its result to the reader. */
    private void counts(Held one) {
        TaskRun task = one.task();
        StageRun stage = task.stage();
        JobRun run = stage.job();
        @Nullable Spool spool = stores.keep(task, one.worker(), one.made());
        boolean last;
        lock.lock();
        try {
            if (run.ended()) {
                if (spool != null) {
                    spool.close();
                }
                return;
            }
            TaskReport.Succeeded report = one.report();
            if (report.accumulators().length > 0) {
                run.add(report.accumulators(), stage, task.partition());
            }
            last = stage.finished(task, report.metrics().runNanos());
            events.post(TaskEvents.succeeded(task, one.worker().pid(), report));
            if (last) {
                schedule.remove(stage);
                run.stages().remove(stage);
                events.post(new Event.StageEnded(run.id(), stage.spec().id()));
                if (stage.shuffle() != null) {
                    scheduler.advanceAll();
                }
            }
        } finally {
            lock.unlock();
        }
        if (spool != null) {
            run.delivery().add(task.index(), task.attemptId(), spool);
        }
        if (last && stage.shuffle() == null) {
            scheduler.succeed(run);
        }
    }

    /** Keeps what a task of a barrier stage made until all of them have ended well, and then takes it for done. */
    private void held(Held one) {
        StageRun stage = one.task().stage();
        List<Held> whole;
        lock.lock();
        try {
            if (stage.job().ended() || !stage.runs(one.task())) {
                one.made().close();
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
        whole.forEach(this::counts);
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

    /** Lets go of what a task of a barrier stage made. Under the lock. */
    void giveUp(Held one) {
        events.post(TaskEvents.cancelled(one.task(), one.worker().pid()));
        one.made().close();
    }

    @Override
    public void failed(TaskRun task, long pid, TaskReport.Failed report) {
        StageRun stage = task.stage();
        int allowed = stage.failuresAllowed(scheduler.options().maxFailures());
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
            scheduler.fail(
                    stage.job(),
                    new JobFailure(JobFailure.Kind.USER, text, report.type(), report.traceback(), report.pickled()));
        }
    }

    @Override
    public void lost(TaskRun task, long pid, String reason, boolean charged) {
        lost(task, pid, reason, "a task was lost", (stage, allowed) -> stage.lost(task, charged, allowed));
    }

    /** A task went with the process that its worker was in. */
    void lostWithHost(TaskRun task, long pid, String reason) {
        lost(
                task,
                pid,
                reason,
                "the executor of a task was lost",
                (stage, allowed) -> stage.lostWithHost(task, allowed));
    }

    private void lost(TaskRun task, long pid, String reason, String what, ToIntBiFunction<StageRun, Integer> count) {
        StageRun stage = task.stage();
        int allowed = scheduler.options().maxLosses();
        int losses;
        List<TaskRun> beside;
        lock.lock();
        try {
            if (stage.job().ended() || !stage.runs(task)) {
                return;
            }
            losses = count.applyAsInt(stage, allowed);
            TaskEvents.lost(events, task, pid, reason);
            beside = again(stage, losses, allowed);
            scheduler.advance(stage.job());
            schedule.wakeAll();
        } finally {
            lock.unlock();
        }
        leave(task, beside);
        LOG.warn("{} in {} losses={} of {}", reason.lines().findFirst().orElse(""), stage.where(task), losses, allowed);
        String where = ": " + reason + " in " + stage.where(task);
        if (losses >= allowed) {
            String text =
                    what + " " + losses + " times" + where + "; sluice.task.maxLosses allows fewer than " + allowed;
            scheduler.fail(stage.job(), JobFailure.of(JobFailure.Kind.LOST, text));
        } else if (task.attempt() >= MAX_ATTEMPTS) {
            String text = "a task was begun " + (task.attempt() + 1) + " times and never came to its end" + where;
            scheduler.fail(stage.job(), JobFailure.of(JobFailure.Kind.LOST, text));
        }
    }

    @Override
    public void lostBlock(TaskRun task, long pid, LostBlockException block) {
        // Who comes second, to a block that is lost already, is not charged.
        lost(
                task,
                pid,
                String.valueOf(block.getMessage()),
                block.forget() && task.stage().job().lost(block.block(), task));
    }
}
