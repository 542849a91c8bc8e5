// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.SpillException;
import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.TaskSpec;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerLostException;
import dev.sluice.worker.WorkerPool;
import dev.sluice.worker.WorkersUnusableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread of {@link LocalEngine}: takes tasks, runs them in a worker, and tells the engine how they ended. */
final class Slot implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final long BACK_OFF_MILLIS = 50;

    private final LocalEngine engine;
    private final WorkerPool pool;
    private final Stores stores;

    Slot(LocalEngine engine, WorkerPool pool, Stores stores) {
        this.engine = engine;
        this.pool = pool;
        this.stores = stores;
    }

    @Override
    public void run() {
        Lease lease = engine.take();
        while (lease != null) {
            try {
                execute(lease);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "a task failed in the engine: job={}",
                        lease.stage().job().id(),
                        e);
                engine.broken(lease.stage().job(), e);
            } finally {
                engine.over(lease);
            }
            lease = engine.take();
        }
    }

    private void execute(Lease lease) {
        StageRun stage = lease.stage();
        Worker worker;
        try {
            worker = pool.acquire(stage.spec().broadcasts(), stage.spec().path(), lease.preferred());
        } catch (WorkersUnusableException e) {
            engine.refused(stage.job(), e);
            return;
        } catch (IOException e) {
            List<TaskRun> tasks = lease.tasks();
            backOff(tasks.get(0));
            engine.giveBack(tasks.subList(1, tasks.size()));
            engine.lost(tasks.get(0), 0, String.valueOf(e.getMessage()), true);
            return;
        }
        Run run = new Run(lease, worker);
        try {
            run.execute();
        } finally {
            run.release();
        }
    }

    /** Gives a machine that cannot fork a moment to recover; waits in vain are longer each time. */
    private static void backOff(TaskRun task) {
        try {
            Thread.sleep(BACK_OFF_MILLIS << Math.min(task.attempt(), 4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A lease in its worker. */
    private final class Run {
        private final Lease lease;
        private final Worker worker;
        private final List<TaskExecution> executions = new ArrayList<>();
        private final List<TaskSpec> specs = new ArrayList<>();
        private boolean released;

        Run(Lease lease, Worker worker) {
            this.lease = lease;
            this.worker = worker;
        }

        void execute() {
            try {
                prepare();
                if (executions.isEmpty()) {
                    return;
                }
                worker.lease(lease.stage().spec(), specs);
                // Only now: what is taken back has to have been sent.
                engine.open(lease, specs.size());
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
                // Who comes second, to a block that is lost already, is not charged.
                lost(e, e.forget() && answersFor(e) ? first() : -1);
            } catch (UnreadableInputException e) {
                engine.refused(lease.stage().job(), e);
            } catch (IOException | SpillException e) {
                lost(e, first());
            } finally {
                executions.forEach(TaskExecution::close);
            }
        }

        private boolean answersFor(LostBlockException e) {
            List<TaskRun> left = lease.tasks();
            return !left.isEmpty() && lease.stage().job().lost(e.block(), left.get(0));
        }

        private long first() {
            List<TaskRun> left = lease.tasks();
            return left.isEmpty() ? -1 : left.get(0).attemptId();
        }

        /** Opens what the tasks read; those from the first that has to ask for its input go back, to go alone. */
        private void prepare() throws IOException {
            for (TaskRun task : lease.tasks()) {
                TaskExecution execution = new TaskExecution(task, stores);
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
            engine.giveBack(lease.send(worker, executions.size()));
            for (TaskRun task : lease.tasks()) {
                if (!task.assign(worker)) {
                    // Its job has ended, so none of the others is wanted either; nothing was sent.
                    lease.tasks().forEach(TaskRun::detach);
                    executions.forEach(TaskExecution::close);
                    executions.clear();
                    return;
                }
                engine.started(task, worker.pid());
            }
        }

        private void finish(TaskExecution execution, TaskSpec spec) throws IOException {
            TaskRun task = execution.task();
            TaskReport report = execution.finish(worker, spec);
            boolean current = task.detach();
            boolean last = lease.ended(task);
            if (!current || worker.retiring()) {
                List<TaskRun> revoked = lease.revoke();
                revoked.forEach(TaskRun::detach);
                engine.giveBack(revoked);
            }
            if (last) {
                // Before the engine hears of it: the next job may follow at once, and wants this worker.
                release();
            }
            if (!current) {
                return;
            }
            if (report instanceof TaskReport.Failed failed) {
                engine.failed(task, worker.pid(), failed);
            } else if (report instanceof TaskReport.Succeeded succeeded
                    && task.stage().together()) {
                executions.remove(execution);
                engine.held(new Held(task, worker, succeeded, execution));
            } else if (report instanceof TaskReport.Succeeded succeeded) {
                commit(execution, succeeded);
            }
        }

        /** Keeps the output; where it cannot be kept the task is lost, which its lease does not hold any more. */
        private void commit(TaskExecution execution, TaskReport.Succeeded report) {
            TaskRun task = execution.task();
            @Nullable Spool spool;
            try {
                spool = execution.commit(report, worker);
            } catch (SpillException e) {
                engine.lost(task, worker.pid(), String.valueOf(e.getMessage()), true);
                return;
            }
            engine.succeeded(task, worker.pid(), report, spool);
        }

        /** The task that was begun last is put down to the worker's end; those behind it wait again. */
        private void lost(Exception e, long begun) {
            List<TaskRun> tasks = lease.tasks();
            tasks.forEach(TaskRun::detach);
            // First, so that nothing of theirs runs any more when others begin them.
            release();
            String reason = String.valueOf(e.getMessage());
            if (tasks.isEmpty()) {
                LOG.warn("{}", reason);
                return;
            }
            // A worker that dies before it begins anything must come to an end too, so one of the tasks counts it.
            TaskRun blamed = tasks.get(0);
            for (TaskRun task : tasks) {
                blamed = task.attemptId() == begun ? task : blamed;
            }
            List<TaskRun> behind = new ArrayList<>(tasks);
            behind.remove(blamed);
            engine.giveBack(behind);
            engine.lost(blamed, worker.pid(), reason, blamed.attemptId() == begun);
        }

        void release() {
            if (!released) {
                released = true;
                pool.release(worker);
            }
        }
    }
}
