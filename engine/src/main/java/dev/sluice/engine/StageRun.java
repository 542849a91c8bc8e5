// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.StageSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stage of a running job: its tasks waiting and running. Guarded by the engine's lock. */
final class StageRun {
    private final JobRun job;
    private final StageSpec spec;
    private final TreeBuilder builder;
    private final Dataset dataset;
    private final Dataset.@Nullable Shuffle shuffle;
    private final List<Integer> partitions;
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final Set<TaskRun> running = new HashSet<>();
    private final int[] attempts;
    private final int[] failures;
    private final int[] losses;
    private int left;
    private boolean blocked;

    /**
     * Makes a stage with all its tasks waiting.
     *
     * @param shuffle what the tasks write, or null if their output is the job's result
     * @param partitions the partition of each task
     */
    StageRun(
            JobRun job,
            StageSpec spec,
            TreeBuilder builder,
            Dataset dataset,
            Dataset.@Nullable Shuffle shuffle,
            List<Integer> partitions) {
        this.job = job;
        this.spec = spec;
        this.builder = builder;
        this.dataset = dataset;
        this.shuffle = shuffle;
        this.partitions = partitions;
        this.attempts = new int[partitions.size()];
        this.failures = new int[partitions.size()];
        this.losses = new int[partitions.size()];
        this.left = partitions.size();
        for (int i = 0; i < partitions.size(); i++) {
            waiting.add(i);
        }
    }

    JobRun job() {
        return job;
    }

    StageSpec spec() {
        return spec;
    }

    TreeBuilder builder() {
        return builder;
    }

    Dataset dataset() {
        return dataset;
    }

    Dataset.@Nullable Shuffle shuffle() {
        return shuffle;
    }

    int tasks() {
        return partitions.size();
    }

    int left() {
        return left;
    }

    int runningTasks() {
        return running.size();
    }

    void block(boolean value) {
        blocked = value;
    }

    @Nullable
    TaskRun poll(long attemptId) {
        if (blocked || waiting.isEmpty()) {
            return null;
        }
        int index = waiting.removeFirst();
        TaskRun task = new TaskRun(this, index, partitions.get(index), attempts[index]++, attemptId);
        running.add(task);
        return task;
    }

    /** Notes that a task ended well; returns whether that was the stage's last. */
    boolean finished(TaskRun task) {
        running.remove(task);
        return --left == 0;
    }

    /** Counts an exception of user code; the task waits again only if it may, since its job is about to end. */
    int failed(TaskRun task, int allowed) {
        return again(task, ++failures[task.index()], allowed);
    }

    int lost(TaskRun task, boolean charged, int allowed) {
        return again(task, charged ? ++losses[task.index()] : losses[task.index()], allowed);
    }

    private int again(TaskRun task, int count, int allowed) {
        running.remove(task);
        if (count < allowed) {
            waiting.addFirst(task.index());
        }
        return count;
    }

    /** Takes back all tasks that wait, and returns those that run. */
    List<TaskRun> stop() {
        waiting.clear();
        return List.copyOf(running);
    }

    String where(TaskRun task) {
        return "job=" + job.id() + " stage=" + spec.id() + " partition=" + task.partition() + " attempt="
                + task.attempt();
    }
}
