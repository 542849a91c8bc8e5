// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.WorkerHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one stage that one slot runs in one worker, in order. Tasks that the worker has not begun can be taken by a
 * slot that has nothing to do. Thread-safe.
 *
 * @param <A> attempts as whoever holds the lease knows them
 */
public final class Lease<A extends Attempt> {
    /** A task that runs longer than this is not as short as those before it: what waits behind it may go elsewhere. */
    static final long PATIENCE_NANOS = 1_000_000;

    private final StageWork work;
    private final A first;
    private final Deque<A> tasks;
    private final @Nullable WorkerHandle preferred;
    private @Nullable WorkerHandle worker;
    private long since = System.nanoTime();

    /**
     * Makes a lease that no worker has yet.
     *
     * @param work the stage of all tasks
     * @param tasks the tasks, at least one
     * @param preferred the worker to use if it is free; null for any
     */
    public Lease(StageWork work, List<A> tasks, @Nullable WorkerHandle preferred) {
        this.work = work;
        this.first = tasks.get(0);
        this.tasks = new ArrayDeque<>(tasks);
        this.preferred = preferred;
    }

    /** {@return the worker that is promised to the first task; null for any} */
    public @Nullable WorkerHandle preferred() {
        return preferred;
    }

    /** {@return the task that was the first, whatever became of it} */
    public A first() {
        return first;
    }

    /** {@return the stage of all tasks} */
    public StageWork work() {
        return work;
    }

    /** {@return the tasks that have not ended and were not taken away} */
    public synchronized List<A> tasks() {
        return List.copyOf(tasks);
    }

    /**
     * Keeps the first tasks, which are about to be sent.
     *
     * @param to where they are sent
     * @param count how many
     * @return the others
     */
    public synchronized List<A> send(WorkerHandle to, int count) {
        List<A> rest = new ArrayList<>();
        while (tasks.size() > count) {
            rest.add(0, tasks.removeLast());
        }
        worker = to;
        since = System.nanoTime();
        return rest;
    }

    /** Tells whether {@code task} is still this lease's, which the worker then runs now or soon. */
    synchronized boolean holds(A task) {
        return tasks.contains(task);
    }

    /**
     * Notes that a task has ended, or is elsewhere now.
     *
     * @param task the task
     * @return true if it was the last
     */
    public synchronized boolean ended(A task) {
        tasks.remove(task);
        since = System.nanoTime();
        return tasks.isEmpty();
    }

    /** Takes the last task away if the worker is held up by an earlier one and has not begun it. */
    synchronized @Nullable A steal() {
        boolean heldUp = tasks.size() > 1 && System.nanoTime() - since > PATIENCE_NANOS;
        if (heldUp && worker != null && worker.revoke(tasks.getLast().attemptId())) {
            return tasks.removeLast();
        }
        return null;
    }

    /**
     * Takes away every task that the worker has not begun.
     *
     * @return the tasks, last first
     */
    public synchronized List<A> revoke() {
        List<A> revoked = new ArrayList<>();
        while (worker != null
                && !tasks.isEmpty()
                && worker.revoke(tasks.getLast().attemptId())) {
            revoked.add(tasks.removeLast());
        }
        return revoked;
    }
}
