// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.worker.TaskInput;
import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.TaskSpec;
import dev.sluice.worker.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs one attempt in a worker and gathers its output, which is whole once {@link #made} is called. Output of an attempt
 * that failed is freed by {@link #close}.
 */
final class TaskExecution<A extends Attempt> implements TaskOutput, AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final A task;
    private final StageWork work;
    private final LeaseOwner<A> owner;
    private final TaskStorage storage;
    private List<CacheWriter> cached = List.of();
    private List<Keep> keeps = List.of();
    private List<TaskInput> inputs = List.of();
    private @Nullable PartitionWriter shuffled;
    private @Nullable ResultOutput result;

    TaskExecution(A task, StageWork work, LeaseOwner<A> owner, TaskStorage storage) {
        this.task = task;
        this.work = work;
        this.owner = owner;
        this.storage = storage;
    }

    A task() {
        return task;
    }

    /**
     * Opens what the task reads, and makes room for what it writes.
     *
     * @return what to send to a worker
     */
    TaskSpec prepare() throws IOException {
        TaskTree tree = owner.tree(task);
        inputs = tree.inputs();
        if (!tree.keeps().isEmpty()) {
            cached = new ArrayList<>();
            keeps = tree.keeps();
            tree.keeps().forEach(keep -> cached.add(storage.newCacheWriter(keep)));
        }
        if (work.emits() == StageWork.RESULT) {
            result = owner.result(task);
        } else {
            shuffled = storage.newMapWriter(work.emits());
        }
        return new TaskSpec(task.partition(), task.attempt(), task.attemptId(), tree.bytes(), inputs);
    }

    /** Tells whether all that the task reads travels with it. */
    boolean carriesInput() {
        return inputs.stream().allMatch(TaskInput::exhausted);
    }

    /** Waits for the end of the task, which was sent to {@code worker}. */
    TaskReport finish(Worker worker, TaskSpec spec) throws IOException {
        return worker.finish(work.spec(), spec, this);
    }

    @Override
    public void meet(boolean gather, String message, Reply reply) throws IOException {
        owner.meet(task, gather, message, reply);
    }

    @Override
    public void data(int stream, ByteBuffer piece) throws IOException {
        if (stream >= TaskTree.CACHE_STREAMS) {
            cached.get(stream - TaskTree.CACHE_STREAMS).write(piece, 0);
        } else if (shuffled != null) {
            shuffled.write(stream, piece, 0);
        } else if (result != null) {
            result.append(piece);
        }
    }

    /** Ends the output, which is the caller's from then on. */
    TaskMade made(TaskReport.Succeeded report) {
        for (TaskReport.StreamCount count : report.streams()) {
            if (count.stream() >= TaskTree.CACHE_STREAMS) {
                cached.get(count.stream() - TaskTree.CACHE_STREAMS).write(NOTHING.duplicate(), count.records());
            } else if (shuffled != null) {
                shuffled.write(count.stream(), NOTHING.duplicate(), count.records());
            }
        }
        List<@Nullable MapOutput> kept = cached.isEmpty() ? List.of() : new ArrayList<>();
        @Nullable MapOutput written = null;
        try {
            for (int i = 0; i < cached.size(); i++) {
                MapOutput block = cached.get(i).finish();
                kept.add(block == null ? null : storage.share(block, keeps.get(i)));
            }
            written = shuffled == null ? null : storage.share(shuffled.finish(), null);
            ResultOutput whole = result;
            if (whole != null) {
                TaskReport.StreamCount count = report.stream(0);
                whole.complete(count == null ? 0 : count.bytes(), count == null ? 0 : count.records());
                result = null;
            }
            return new TaskMade(kept, written, whole);
        } catch (RuntimeException e) {
            new TaskMade(kept, written, null).close();
            throw e;
        }
    }

    @Override
    public void close() {
        inputs.forEach(Stores::closeQuietly);
        cached.forEach(CacheWriter::close);
        if (shuffled != null) {
            shuffled.close();
        }
        if (result != null) {
            result.close();
        }
    }
}
