// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.Worker;
import org.jspecify.annotations.Nullable;

/** One attempt at a task. */
final class TaskRun {
    private final StageRun stage;
    private final int index;
    private final int partition;
    private final int attempt;
    private final long attemptId;
    private final @Nullable Barrier barrier;
    private final int losses;
    private final @Nullable Worker preferred;
    private @Nullable Worker worker;
    private boolean cancelled;

    TaskRun(
            StageRun stage,
            int index,
            int partition,
            int attempt,
            long attemptId,
            int losses,
            @Nullable Worker preferred) {
        this.stage = stage;
        this.index = index;
        this.partition = partition;
        this.attempt = attempt;
        this.attemptId = attemptId;
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

    int partition() {
        return partition;
    }

    int attempt() {
        return attempt;
    }

    long attemptId() {
        return attemptId;
    }

    /** Where it meets the others of its attempt, if it is of a barrier stage; stays the same when these start anew. */
    @Nullable
    Barrier barrier() {
        return barrier;
    }

    /** The worker that is promised to it, since it may have what the task reads as objects; null for any. */
    @Nullable
    Worker preferred() {
        return preferred;
    }

    /** How often its task was lost before. */
    int losses() {
        return losses;
    }

    /** Notes the worker that is to run it; false if the task was given up before, so that the worker is free. */
    synchronized boolean assign(Worker to) {
        if (!cancelled) {
            worker = to;
        }
        return !cancelled;
    }

    /** The process that runs it now; 0 if none does. */
    synchronized long startedIn() {
        return worker == null ? 0 : worker.pid();
    }

    /** Says that the worker has done its part, so that cancelling leaves it alone. */
    synchronized boolean detach() {
        worker = null;
        return !cancelled;
    }

    /** Gives up what the task will return; its worker goes on until {@link #cancel}. */
    synchronized void abandon() {
        cancelled = true;
    }

    synchronized void cancel() {
        cancelled = true;
        if (worker != null) {
            worker.kill();
            worker = null;
        }
    }
}
