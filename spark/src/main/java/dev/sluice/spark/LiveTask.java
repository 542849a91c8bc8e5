// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.TaskTree;
import dev.sluice.engine.TreeInputs;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.StageSpec;
import dev.sluice.worker.TaskInput;
import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.TaskSpec;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerLostException;
import dev.sluice.worker.WorkerPool;
import dev.sluice.worker.WorkersUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * A task in its worker. Whoever wants its output asks for it piece by piece, on Spark's thread for the task, which reads
 * the worker's messages until there is one: no thread is handed anything, and nothing waits in between.
 */
final class LiveTask implements TaskOutput, AutoCloseable {
    /** Idle workers that may have died unnoticed before one task. */
    private static final int MAX_DEAD = 3;

    /** Where files that were added are; {@code sluice/taskcontext.py} has the same name. */
    private static final String FILES_ROOT = "sluice.files.root";

    private final TaskSplit split;
    private final TaskContext context;
    private final ExecutorWorkers workers;
    private final Worker worker;
    private final Worker.Exchange exchange;
    private final List<TaskInput> inputs;
    private final boolean together;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable ByteBuffer piece;
    private int stream;
    private TaskReport.@Nullable Succeeded report;

    private LiveTask(
            TaskSplit split,
            TaskContext context,
            ExecutorWorkers workers,
            Worker worker,
            StageSpec stage,
            TaskSpec task,
            List<TaskInput> inputs) {
        this.split = split;
        this.context = context;
        this.workers = workers;
        this.worker = worker;
        this.inputs = inputs;
        this.together = stage.together() > 0;
        this.exchange = worker.follow(stage, task, this);
    }

    /**
     * Sends a task to a worker.
     *
     * @param stage the number that workers know its stage by
     * @param inputs what the task reads, closed with it
     * @throws TaskFault if it cannot be sent
     */
    static LiveTask start(
            int stage, SentTerms sent, TaskSplit split, TaskContext context, List<TaskInput> inputs, int together) {
        LiveTask started;
        try {
            StageTerms terms = sent.get();
            ExecutorWorkers workers = ExecutorWorkers.of(terms.workers());
            workers.broadcasts().keep(terms.live(), terms.newest());
            List<BroadcastFile> broadcasts = new ArrayList<>();
            for (Shipped broadcast : terms.broadcasts()) {
                broadcasts.add(workers.broadcasts().get(broadcast));
            }
            String root = SparkFiles.getRootDirectory();
            List<String> path = terms.path().stream()
                    .map(entry -> StageTerms.moved(entry, terms.properties(), FILES_ROOT, root))
                    .toList();
            Map<String, String> properties = new HashMap<>(terms.properties());
            properties.replace(FILES_ROOT, root);
            StageSpec spec = new StageSpec(stage, terms.commands(), broadcasts, path, properties, together);
            TaskTree tree = TreeInputs.fill(new TaskTree(split.tree, split.holes, inputs, List.of()));
            TaskSpec task =
                    new TaskSpec(split.index(), attempt(context), context.taskAttemptId(), tree.bytes(), tree.inputs());
            started = send(workers, split, context, spec, task);
        } catch (WorkersUnusableException e) {
            close(inputs);
            throw TaskFault.unusable(e, where(split, context, 0), attempt(context));
        } catch (IOException | WorkerLostException e) {
            close(inputs);
            throw TaskFault.lost(e, where(split, context, 0), attempt(context));
        } catch (RuntimeException e) {
            close(inputs);
            throw e;
        }
        // Spark may stop asking, and then says so here alone.
        context.addTaskCompletionListener((TaskCompletionListener) ended -> started.close());
        started.workers.watch().watch(started);
        return started;
    }

    private static LiveTask send(
            ExecutorWorkers workers, TaskSplit split, TaskContext context, StageSpec spec, TaskSpec task)
            throws IOException {
        WorkerPool pool = workers.pool();
        for (int dead = 0; ; dead++) {
            Worker worker = pool.acquire(spec.broadcasts(), spec.path());
            try {
                worker.lease(spec, List.of(task));
                return new LiveTask(split, context, workers, worker, spec, task, task.inputs());
            } catch (WorkerLostException e) {
                pool.release(worker);
                if (e.started() || dead == MAX_DEAD) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                pool.release(worker);
                throw e;
            }
        }
    }

    private static void close(List<TaskInput> inputs) {
        for (TaskInput input : inputs) {
            try {
                input.close();
            } catch (IOException e) {
                // Reading is over; nothing depends on how it closes.
            }
        }
    }

    /** Which attempt it is, also where all tasks of a barrier stage start again, which Spark counts from 0. */
    private static int attempt(TaskContext context) {
        String again = context.getLocalProperty(SparkJob.TIMES);
        int stages = context instanceof BarrierTaskContext ? context.stageAttemptNumber() : 0;
        return context.attemptNumber() + stages + (again == null ? 0 : Integer.parseInt(again));
    }

    private static String where(TaskSplit split, TaskContext context, long pid) {
        return "stage=" + context.stageId() + " partition=" + split.index() + " attempt=" + attempt(context)
                + " worker=" + pid;
    }

    private String where() {
        return where(split, context, worker.pid());
    }

    /**
     * Asks for the next piece of output.
     *
     * @return whether there is one; else the task has ended well
     * @throws TaskFault if user code raised or the worker went
     */
    boolean advance() {
        piece = null;
        if (report != null) {
            return false;
        }
        TaskReport ended;
        try {
            do {
                ended = exchange.step();
            } while (ended == null && piece == null);
        } catch (IOException | WorkerLostException e) {
            close();
            context.killTaskIfInterrupted();
            throw TaskFault.lost(e, where(), attempt(context));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        if (ended == null) {
            return true;
        }
        if (ended instanceof TaskReport.Succeeded && together) {
            Meeting.end(context);
        }
        close();
        if (ended instanceof TaskReport.Failed failed) {
            throw TaskFault.user(failed, where(), attempt(context));
        }
        report = (TaskReport.Succeeded) ended;
        return false;
    }

    /** The number of the output stream of the piece that {@link #advance} found. */
    int stream() {
        return stream;
    }

    /** The piece that {@link #advance} found. */
    byte[] piece() {
        ByteBuffer found = piece;
        if (found == null) {
            throw new IllegalStateException("no piece of output");
        }
        byte[] bytes = new byte[found.remaining()];
        found.get(bytes);
        return bytes;
    }

    /** What the task said at its end. */
    TaskReport.Succeeded report() {
        TaskReport.Succeeded said = report;
        if (said == null) {
            throw new IllegalStateException("the task has not ended");
        }
        return said;
    }

    @Override
    public void data(int number, ByteBuffer bytes) {
        stream = number;
        piece = bytes;
    }

    @Override
    public void meet(boolean gather, String message, Reply reply) throws IOException {
        if (!(context instanceof BarrierTaskContext barrier)) {
            throw new IOException("a task waits for others outside of a barrier stage");
        }
        Meeting.meet(barrier, gather, message, reply);
    }

    /** Ends the worker if Spark has given the task up; whoever reads from it learns of that. */
    boolean killIfInterrupted() {
        boolean interrupted = context.isInterrupted();
        if (interrupted && !closed.get()) {
            worker.kill();
        }
        return interrupted || closed.get();
    }

    /** Gives the worker back, or ends it if it is still at work. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            workers.watch().forget(this);
            workers.pool().release(worker);
            close(inputs);
        }
    }
}
