// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerLostException;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The simplest engine that keeps the contract: one thread runs one job after the other, one task after the other, and
 * delivers nothing before a job's last task is done. It shows what the contract asks and what it leaves open.
 */
final class SerialEngine implements Engine {
    private final WorkerPool pool;
    private final EngineOptions options;
    private final Stores stores;
    private final StagePlanner planner;
    private final ExecutorService runner = Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-serial"));
    private final ExecutorService readers = Executors.newCachedThreadPool(task -> new Thread(task, "sluice-reader"));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Set<SerialJob> jobs = ConcurrentHashMap.newKeySet();
    private int nextStage;
    private long nextAttempt;
    private boolean closed;

    SerialEngine(WorkerPool pool, EngineOptions options, SpillDirectories directories) {
        this.pool = pool;
        this.options = options;
        this.stores = new Stores(MemoryBudget.of(64 << 20), MemoryBudget.of(64 << 20), directories, options.codec());
        this.planner = new StagePlanner(stores, new Barrier.Limit(options.barrier(), timer));
    }

    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        SerialJob serial = new SerialJob(job, sink);
        jobs.add(serial);
        runner.execute(serial::compute);
        return reason -> serial.cancel("job was cancelled: " + reason + " job=" + job.id());
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

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        jobs.forEach(job -> job.cancel("job was cancelled: the engine was closed"));
        runner.shutdown();
        readers.shutdown();
        timer.shutdown();
        try {
            if (!runner.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a task did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stores.close();
        pool.close();
    }

    /** Ends a job from inside. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient JobFailure failure;

        Failed(JobFailure failure) {
            this.failure = failure;
        }
    }

    private final class SerialJob {
        private final JobRun run;
        private @Nullable JobFailure failure;
        private @Nullable TaskRun current;
        private boolean delivering;

        SerialJob(Job job, ResultSink sink) {
            this.run = new JobRun(job, sink, options, SerialEngine.this);
        }

        /** Whoever ends the job first tells its sink, but never in the middle of a delivery. */
        private boolean end(@Nullable JobFailure why) {
            TaskRun running;
            synchronized (this) {
                if (run.ended()) {
                    return false;
                }
                if (delivering && why != null) {
                    failure = failure == null ? why : failure;
                    return false;
                }
                run.end();
                running = current;
            }
            jobs.remove(this);
            if (running != null) {
                running.cancel();
            }
            if (why == null) {
                run.sink().succeeded(run.accumulators());
            } else {
                run.sink().failed(why);
            }
            return true;
        }

        void cancel(String message) {
            end(JobFailure.of(JobFailure.Kind.CANCELLED, message));
        }

        private synchronized boolean ended() {
            return run.ended();
        }

        void compute() {
            List<Spool> results = new ArrayList<>();
            try {
                String refusal = BarrierRules.refusal(planner::missing, run.job(), 1);
                if (refusal != null) {
                    throw new Failed(JobFailure.of(JobFailure.Kind.ENGINE, refusal));
                }
                StageRun stage = inputs();
                int index = 0;
                while (!ended() && index < stage.tasks()) {
                    Spool spool = task(stage);
                    if (spool == null) {
                        prepare(run.job().target());
                    } else {
                        results.add(spool);
                        index++;
                    }
                }
                synchronized (this) {
                    delivering = !run.ended();
                }
                if (delivering) {
                    List<Spool> whole = List.copyOf(results);
                    results.clear();
                    readers.execute(() -> deliver(whole));
                }
            } catch (Failed e) {
                end(e.failure);
            } catch (IOException | RuntimeException e) {
                end(JobFailure.of(JobFailure.Kind.ENGINE, "the engine failed: " + e));
            } finally {
                results.forEach(Spool::close);
            }
        }

        private StageRun inputs() throws Failed, IOException {
            prepare(run.job().target());
            return planner.resultStage(run, nextStage++);
        }

        /** Computes every shuffle that stands between the data and {@code dataset}. */
        private void prepare(Dataset dataset) throws Failed, IOException {
            for (Dataset.Shuffle shuffle : planner.missing(dataset)) {
                while (!ended() && !stores.shuffles().complete(shuffle)) {
                    prepare(shuffle.input());
                    StageRun stage = planner.mapStage(run, nextStage++, shuffle);
                    while (!ended()
                            && stage.left() > 0
                            && planner.missing(shuffle.input()).isEmpty()) {
                        task(stage);
                    }
                }
            }
        }

        /** Runs a stage's next task once; its result, or null if it wrote to a shuffle or must run again. */
        private @Nullable Spool task(StageRun stage) throws Failed, IOException {
            TaskRun task = stage.next(nextAttempt++);
            if (task == null) {
                throw new IllegalStateException("no task waits: " + stage.spec().id());
            }
            Worker worker = pool.acquire(stage.spec().broadcasts(), stage.spec().path(), task.preferred());
            try (TaskExecution<TaskRun> execution =
                    new TaskExecution<>(task, stage.work(), new SerialOwner(stores), stores.storage())) {
                if (!begin(task, worker)) {
                    return null;
                }
                TaskReport report = worker.run(stage.spec(), execution.prepare(), execution);
                if (report instanceof TaskReport.Failed failed) {
                    userException(stage, task, worker, failed);
                    return null;
                }
                TaskReport.Succeeded succeeded = (TaskReport.Succeeded) report;
                Spool spool = stores.keep(task, worker, execution.made(succeeded));
                stage.finished(task, 0);
                if (succeeded.accumulators().length > 0) {
                    run.accumulators().add(succeeded.accumulators());
                }
                return spool;
            } catch (LostBlockException e) {
                e.forget();
                lost(stage, task, e);
            } catch (WorkerLostException | SpillException e) {
                lost(stage, task, e);
            } finally {
                synchronized (this) {
                    current = null;
                }
                task.detach();
                pool.release(worker);
            }
            return null;
        }

        private synchronized boolean begin(TaskRun task, Worker worker) {
            current = task;
            return !run.ended() && task.assign(worker);
        }

        private void userException(StageRun stage, TaskRun task, Worker worker, TaskReport.Failed report)
                throws Failed {
            int allowed = stage.failuresAllowed(options.maxFailures());
            int failures = stage.failed(task, allowed);
            if (failures >= allowed) {
                String times = failures > 1 ? " " + failures + " times" : "";
                String text = "a task failed" + times + ": " + report.type() + ": " + report.message() + " in "
                        + stage.where(task) + " worker=" + worker.pid();
                throw new Failed(new JobFailure(
                        JobFailure.Kind.USER, text, report.type(), report.traceback(), report.pickled()));
            }
        }

        private void lost(StageRun stage, TaskRun task, Exception why) throws Failed {
            int losses = stage.lost(task, true, options.maxLosses());
            if (losses >= options.maxLosses() && !ended()) {
                throw new Failed(JobFailure.of(
                        JobFailure.Kind.LOST,
                        "a task was lost " + losses + " times: " + why.getMessage() + " in " + stage.where(task)
                                + "; sluice.task.maxLosses allows fewer than " + options.maxLosses()));
            }
        }

        private void deliver(List<Spool> results) {
            JobFailure why = null;
            try {
                for (int index = 0; index < results.size() && !failing(); index++) {
                    Spool spool = results.get(index);
                    ByteBuffer piece = spool.next();
                    while (piece != null && !failing()) {
                        run.sink().data(index, piece);
                        piece = spool.next();
                    }
                    run.sink().partitionEnd(index, spool.bytes(), spool.records());
                }
            } catch (IOException | InterruptedException e) {
                String text = "job was cancelled: nobody reads the results: " + e.getMessage() + " job=" + run.id();
                why = JobFailure.of(JobFailure.Kind.CANCELLED, text);
            } finally {
                results.forEach(Spool::close);
            }
            synchronized (this) {
                delivering = false;
                why = why == null ? failure : why;
            }
            end(why);
        }

        private synchronized boolean failing() {
            return failure != null;
        }
    }
}
