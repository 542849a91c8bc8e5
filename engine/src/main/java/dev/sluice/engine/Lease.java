// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one stage that one slot runs in one worker, in order. Tasks that the worker has not begun can be taken by a
 * slot that has nothing to do. Thread-safe.
 */
final class Lease {
    /** A task that runs longer than this is not as short as those before it: what waits behind it may go elsewhere. */
    static final long PATIENCE_NANOS = 1_000_000;

    private final StageRun stage;
    private final Deque<TaskRun> tasks;
    private final @Nullable Worker preferred;
    private @Nullable Worker worker;
    private long since = System.nanoTime();

    Lease(List<TaskRun> tasks) {
        this.tasks = new ArrayDeque<>(tasks);
        this.stage = tasks.get(0).stage();
        this.preferred = tasks.get(0).preferred();
    }

    /** The worker that is promised to the first task; null for any. */
    @Nullable
    Worker preferred() {
        return preferred;
    }

    StageRun stage() {
        return stage;
    }

    synchronized List<TaskRun> tasks() {
        return List.copyOf(tasks);
    }

    /** Keeps the first {@code count} tasks, which are about to be sent to {@code to}; returns the others. */
    synchronized List<TaskRun> send(Worker to, int count) {
        List<TaskRun> rest = new ArrayList<>();
        while (tasks.size() > count) {
            rest.add(0, tasks.removeLast());
        }
        worker = to;
        since = System.nanoTime();
        return rest;
    }

    /** Tells whether {@code task} is still this lease's, which the worker then runs now or soon. */
    synchronized boolean holds(TaskRun task) {
        return tasks.contains(task);
    }

    /** Notes that the first task has ended; true if it was the last. */
    synchronized boolean ended(TaskRun task) {
        tasks.remove(task);
        since = System.nanoTime();
        return tasks.isEmpty();
    }

    /** Takes the last task away if the worker is held up by an earlier one and has not begun it. */
    synchronized @Nullable TaskRun steal() {
        boolean heldUp = tasks.size() > 1 && System.nanoTime() - since > PATIENCE_NANOS;
        if (heldUp && worker != null && worker.revoke(tasks.getLast().attemptId())) {
            return tasks.removeLast();
        }
        return null;
    }

    /** Takes away every task that the worker has not begun. */
    synchronized List<TaskRun> revoke() {
        List<TaskRun> revoked = new ArrayList<>();
        while (worker != null
                && !tasks.isEmpty()
                && worker.revoke(tasks.getLast().attemptId())) {
            revoked.add(tasks.removeLast());
        }
        return revoked;
    }
}
