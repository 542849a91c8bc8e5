// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.SpillException;
import dev.sluice.worker.StageSpec;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.TaskSpec;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerLostException;
import dev.sluice.worker.WorkerPool;
import dev.sluice.worker.WorkersUnusableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs leases in the workers of a pool, each on the caller's thread from its first task to its last, and tells the
 * lease's owner how the tasks ended. It knows nothing of jobs or of what waits.
 */
public final class LeaseRunner {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRunner.class);
    private static final long BACK_OFF_MILLIS = 50;

    private final WorkerPool pool;
    private final TaskStorage storage;

    /**
     * Makes a runner.
     *
     * @param pool where workers come from
     * @param storage where tasks put what they make
     */
    public LeaseRunner(WorkerPool pool, TaskStorage storage) {
        this.pool = pool;
        this.storage = storage;
    }

    /**
     * Runs a lease to its end, whatever that is.
     *
     * @param lease the tasks
     * @param owner who gave it
     * @param <A> attempts as the owner knows them
     */
    public <A extends Attempt> void run(Lease<A> lease, LeaseOwner<A> owner) {
        try {
            execute(lease, owner);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "a task failed in the engine: stage={}", lease.work().spec().id(), e);
            owner.broken(lease, e);
        } finally {
            owner.over(lease);
        }
    }

    private <A extends Attempt> void execute(Lease<A> lease, LeaseOwner<A> owner) {
        StageSpec stage = lease.work().spec();
        Worker worker;
        try {
            worker = pool.acquire(stage.broadcasts(), stage.path(), lease.preferred());
        } catch (WorkersUnusableException e) {
            owner.refused(lease, e);
            return;
        } catch (IOException e) {
            List<A> tasks = lease.tasks();
            backOff(tasks.get(0));
            owner.returned(tasks.subList(1, tasks.size()));
            owner.lost(tasks.get(0), 0, String.valueOf(e.getMessage()), true);
            return;
        }
        Run<A> run = new Run<>(lease, owner, worker);
        try {
            run.execute();
        } finally {
            run.release();
        }
    }

    /** Gives a machine that cannot fork a moment to recover; waits in vain are longer each time. */
    private static void backOff(Attempt task) {
        try {
            Thread.sleep(BACK_OFF_MILLIS << Math.min(task.attempt(), 4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A lease in its worker. */
    private final class Run<A extends Attempt> {
        private final Lease<A> lease;
        private final LeaseOwner<A> owner;
        private final Worker worker;
        private final List<TaskExecution<A>> executions = new ArrayList<>();
        private final List<TaskSpec> specs = new ArrayList<>();
        private boolean released;

        Run(Lease<A> lease, LeaseOwner<A> owner, Worker worker) {
            this.lease = lease;
            this.owner = owner;
            this.worker = worker;
        }

        void execute() {
            try {
                prepare();
                if (executions.isEmpty()) {
                    return;
                }
                worker.lease(lease.work().spec(), specs);
                // Only now: what is taken back has to have been sent.
                owner.opened(lease, specs.size());
                for (int i = 0; i < executions.size(); i++) {
                    if (lease.holds(executions.get(i).task())) {
                        finish(executions.get(i), specs.get(i));
                    }
                }
            } catch (WorkerLostException e) {
                lost(
                        e,
                        specs.size() > 1
                                ? worker.lastBegun()
                                : e.started() ? specs.get(0).attemptId() : -1);
            } catch (LostBlockException e) {
                lost(e, -1);
            } catch (UnreadableInputException e) {
                owner.refused(lease, e);
            } catch (IOException | SpillException e) {
                lost(e, first());
            } finally {
                executions.forEach(TaskExecution::close);
            }
        }

        private long first() {
            List<A> left = lease.tasks();
            return left.isEmpty() ? -1 : left.get(0).attemptId();
        }

        /** Opens what the tasks read; those from the first that has to ask for its input go back, to go alone. */
        private void prepare() throws IOException {
            for (A task : lease.tasks()) {
                TaskExecution<A> execution = new TaskExecution<>(task, lease.work(), owner, storage);
                executions.add(execution);
                specs.add(execution.prepare());
                if (!execution.carriesInput()) {
                    break;
                }
            }
            int alone = executions.size() - 1;
            if (alone > 0 && !executions.get(alone).carriesInput()) {
                executions.remove(alone).close();
                specs.remove(alone);
            }
            giveBack(lease.send(worker, executions.size()));
            for (A task : lease.tasks()) {
                if (!task.assign(worker)) {
                    // Its job has ended, so none of the others is wanted either; nothing was sent.
                    lease.tasks().forEach(Attempt::detach);
                    executions.forEach(TaskExecution::close);
                    executions.clear();
                    return;
                }
                owner.started(task, worker);
            }
        }

        private void finish(TaskExecution<A> execution, TaskSpec spec) throws IOException {
            A task = execution.task();
            TaskReport report = execution.finish(worker, spec);
            boolean current = task.detach();
            boolean last = lease.ended(task);
            if (!current || worker.retiring()) {
                List<A> revoked = lease.revoke();
                revoked.forEach(Attempt::detach);
                giveBack(revoked);
            }
            if (last) {
                // Before the owner hears of it: the next job may follow at once, and wants this worker.
                release();
            }
            if (!current) {
                return;
            }
            if (report instanceof TaskReport.Failed failed) {
                owner.failed(task, worker.pid(), failed);
            } else if (report instanceof TaskReport.Succeeded succeeded) {
                commit(execution, succeeded);
            }
        }

        /** Keeps the output; where it cannot be kept the task is lost, which its lease does not hold any more. */
        private void commit(TaskExecution<A> execution, TaskReport.Succeeded report) {
            A task = execution.task();
            TaskMade made;
            try {
                made = execution.made(report);
            } catch (SpillException e) {
                owner.lost(task, worker.pid(), String.valueOf(e.getMessage()), true);
                return;
            }
            owner.succeeded(task, worker, report, made);
        }

        /** The task that was begun last is put down to the worker's end; those behind it wait again. */
        private void lost(Exception e, long begun) {
            List<A> tasks = lease.tasks();
            tasks.forEach(Attempt::detach);
            // First, so that nothing of theirs runs any more when others begin them.
            release();
            String reason = String.valueOf(e.getMessage());
            if (tasks.isEmpty()) {
                LOG.warn("{}", reason);
                return;
            }
            // A worker that dies before it begins anything must come to an end too, so one of the tasks counts it.
            A blamed = tasks.get(0);
            for (A task : tasks) {
                blamed = task.attemptId() == begun ? task : blamed;
            }
            List<A> behind = new ArrayList<>(tasks);
            behind.remove(blamed);
            giveBack(behind);
            if (e instanceof LostBlockException block) {
                owner.lostBlock(blamed, worker.pid(), block);
            } else {
                owner.lost(blamed, worker.pid(), reason, blamed.attemptId() == begun);
            }
        }

        private void giveBack(List<A> tasks) {
            if (!tasks.isEmpty()) {
                owner.returned(tasks);
            }
        }

        void release() {
            if (!released) {
                released = true;
                pool.release(worker);
            }
        }
    }
}
