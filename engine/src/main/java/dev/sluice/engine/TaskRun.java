// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.ProtocolException;
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

    /** {@return the scheduler that it comes from} */
    public Scheduler scheduler() {
        return (Scheduler) stage.job().program();
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

    /**
     * Says that one of its inputs cannot be read, by one who read it elsewhere.
     *
     * @param input the number of the input in what it was told to do
     * @param block which block of the input
     * @param cause how it was found out
     * @return what to tell the scheduler
     * @throws ProtocolException if it has no such input
     */
    public LostBlockException lost(int input, int block, Throwable cause) {
        TreeBuilder.Tree told = tree;
        if (told == null
                || input < 0
                || input >= told.task().inputs().size()
                || !(told.task().inputs().get(input) instanceof InputBlocks blocks)
                || block < 0
                || block >= blocks.blocks().size()) {
            throw new ProtocolException("a task lost an input that it does not have: input=" + input);
        }
        return blocks.lost(block, cause);
    }

    /** Lets it wait for all others of its stage. */
    void meet(boolean gather, String message, TaskOutput.Reply reply) throws IOException {
        if (barrier == null) {
            throw new IOException("a task waits for others outside of a barrier stage");
        }
        barrier.meet(index, gather, message, reply);
    }
}
