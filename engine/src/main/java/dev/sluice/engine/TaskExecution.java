// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.spill.Spool;
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
 * Runs one attempt in a worker and gathers its output, which counts only once {@link #commit} is called. Output of an
 * attempt that failed is freed by {@link #close}.
 */
final class TaskExecution implements TaskOutput, AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TaskRun task;
    private final Stores stores;
    private final List<CacheWriter> cached = new ArrayList<>();
    private List<CacheStore.Slot> slots = List.of();
    private List<CacheStore.Slot> adopted = List.of();
    private List<TaskInput> inputs = List.of();
    private @Nullable PartitionWriter shuffled;
    private @Nullable Spool result;
    /** Bytes of the result since the job's reader last heard of it. */
    private int unpassed;

    TaskExecution(TaskRun task, Stores stores) {
        this.task = task;
        this.stores = stores;
    }

    TaskRun task() {
        return task;
    }

    /**
     * Opens what the task reads, and makes room for what it writes.
     *
     * @return what to send to a worker
     */
    TaskSpec prepare() throws IOException {
        StageRun stage = task.stage();
        TreeBuilder.Tree tree = stage.builder().build(stage.dataset(), task.partition());
        slots = tree.cached();
        slots.forEach(slot -> cached.add(stores.newCacheWriter(slot.dataset().keep())));
        Dataset.Shuffle shuffle = stage.shuffle();
        if (shuffle == null) {
            result = stores.newSpool();
        } else {
            shuffled = stores.newMapWriter(shuffle.partitions());
        }
        inputs = tree.inputs();
        adopted = tree.adopted();
        return new TaskSpec(task.partition(), task.attempt(), task.attemptId(), tree.bytes(), inputs);
    }

    /** Tells whether all that the task reads travels with it. */
    boolean carriesInput() {
        return inputs.stream().allMatch(TaskInput::exhausted);
    }

    /** Waits for the end of the task, which was sent to {@code worker}. */
    TaskReport finish(Worker worker, TaskSpec spec) throws IOException {
        return worker.finish(task.stage().spec(), spec, this);
    }

    @Override
    public void meet(boolean gather, String message, Reply reply) throws IOException {
        Barrier barrier = task.barrier();
        if (barrier == null) {
            throw new IOException("a task waits for others outside of a barrier stage");
        }
        barrier.meet(task.index(), gather, message, reply);
    }

    @Override
    public void data(int stream, ByteBuffer piece) throws IOException {
        if (stream >= TreeBuilder.CACHE_STREAMS) {
            cached.get(stream - TreeBuilder.CACHE_STREAMS).write(piece, 0);
        } else if (shuffled != null) {
            shuffled.write(stream, piece, 0);
        } else if (result != null) {
            unpassed += piece.remaining();
            if (!result.append(piece)) {
                throw new IOException("nobody reads the result any more");
            }
            if (unpassed >= Delivery.LIVE_BYTES) {
                unpassed = 0;
                task.stage().job().grew(task, result);
            }
        }
    }

    /** Makes the output visible: map output and cached partitions in their stores. Returns the result's spool, if any. */
    @Nullable
    Spool commit(TaskReport.Succeeded report, Worker worker) {
        for (TaskReport.StreamCount count : report.streams()) {
            if (count.stream() >= TreeBuilder.CACHE_STREAMS) {
                cached.get(count.stream() - TreeBuilder.CACHE_STREAMS).write(NOTHING.duplicate(), count.records());
            } else if (shuffled != null) {
                shuffled.write(count.stream(), NOTHING.duplicate(), count.records());
            }
        }
        for (int i = 0; i < slots.size(); i++) {
            MapOutput block = cached.get(i).finish();
            if (block != null) {
                stores.cache().put(slots.get(i), block, task.attemptId(), worker);
            }
        }
        adopted.forEach(slot -> stores.cache().adopt(slot, worker));
        Dataset.Shuffle shuffle = task.stage().shuffle();
        if (shuffle != null && shuffled != null) {
            stores.shuffles().put(shuffle, task.partition(), shuffled.finish());
        }
        Spool spool = result;
        if (spool != null) {
            TaskReport.StreamCount count = report.stream(0);
            spool.complete(count == null ? 0 : count.bytes(), count == null ? 0 : count.records());
            result = null;
        }
        return spool;
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
