// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.WorkerHandle;
import org.jspecify.annotations.Nullable;

/** One attempt at a task, for whoever runs it: which it is, and whether it is still wanted. Thread-safe. */
public class Attempt {
    private final int partition;
    private final int attempt;
    private final long attemptId;
    private @Nullable WorkerHandle worker;
    private boolean cancelled;

    /**
     * Makes an attempt that no worker has yet.
     *
     * @param partition the partition that it computes
     * @param attempt 0 for the first try
     * @param attemptId a number that no other attempt has
     */
    public Attempt(int partition, int attempt, long attemptId) {
        this.partition = partition;
        this.attempt = attempt;
        this.attemptId = attemptId;
    }

    /** {@return the partition that it computes} */
    public final int partition() {
        return partition;
    }

    /** {@return 0 for the first try} */
    public final int attempt() {
        return attempt;
    }

    /** {@return a number that no other attempt has} */
    public final long attemptId() {
        return attemptId;
    }

    /**
     * Notes the worker that is to run it.
     *
     * @param to the worker
     * @return false if the task was given up before, so that the worker is free
     */
    public final synchronized boolean assign(WorkerHandle to) {
        if (!cancelled) {
            worker = to;
        }
        return !cancelled;
    }

    /** The process that runs it now; 0 if none does. */
    final synchronized long startedIn() {
        return worker == null ? 0 : worker.pid();
    }

    /**
     * Says that the worker has done its part, so that cancelling leaves it alone.
     *
     * @return false if the task was given up
     */
    public final synchronized boolean detach() {
        worker = null;
        return !cancelled;
    }

    /** Gives up what the task will return; its worker goes on until {@link #cancel}. */
    final synchronized void abandon() {
        cancelled = true;
    }

    /** Gives up the task and ends the worker that runs it, if one does. */
    public final synchronized void cancel() {
        cancelled = true;
        if (worker != null) {
            worker.kill();
            worker = null;
        }
    }
}
