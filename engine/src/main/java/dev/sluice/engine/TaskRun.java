// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One attempt at a task, as the scheduler knows it. */
public final class TaskRun extends Attempt {
    private final StageRun stage;
    private final int index;
    private final @Nullable Barrier barrier;
    private final int losses;
    private final @Nullable WorkerHandle preferred;
    private TreeBuilder.@Nullable Tree tree;

    TaskRun(
            StageRun stage,
            int index,
            int partition,
            int attempt,
            long attemptId,
            int losses,
            @Nullable WorkerHandle preferred) {
        super(partition, attempt, attemptId);
        this.stage = stage;
        this.index = index;
        this.losses = losses;
        this.barrier = stage.together() ? stage.barrier() : null;
        this.preferred = preferred;
    }

    StageRun stage() {
        return stage;
    }

    int index() {
        return index;
    }

    /** Where it meets the others of its attempt, if it is of a barrier stage; stays the same when these start anew. */
    @Nullable
    Barrier barrier() {
        return barrier;
    }

    /** The worker that is promised to it, since it may have what the task reads as objects; null for any. */
    @Nullable
    WorkerHandle preferred() {
        return preferred;
    }

    /** How often its task was lost before. */
    int losses() {
        return losses;
    }

    /** Says what it is to do. */
    TaskTree plan() throws IOException {
        TreeBuilder.Tree planned = stage.builder().build(stage.dataset(), partition());
        tree = planned;
        return planned.task();
    }

    /** What it was told to do, and what becomes of the partitions in it; null before. For the thread that runs it. */
    TreeBuilder.@Nullable Tree tree() {
        return tree;
    }

    /** Lets it wait for all others of its stage. */
    void meet(boolean gather, String message, TaskOutput.Reply reply) throws IOException {
        if (barrier == null) {
            throw new IOException("a task waits for others outside of a barrier stage");
        }
        barrier.meet(index, gather, message, reply);
    }
}
