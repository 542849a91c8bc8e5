// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.StageSpec;
import dev.sluice.worker.WorkerHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stage of a running job: its tasks waiting and running. Guarded by the engine's lock. */
final class StageRun {
    private static final int LEASE_AFTER = 8;
    private static final int BARRIER_ATTEMPTS = 4;
    private static final long LEASE_NANOS = 1_000_000;
    /** Waiting tasks that are looked at for one whose worker is free. */
    private static final int LOOKAHEAD = 64;

    private final JobRun job;
    private final StageWork work;
    private final TreeBuilder builder;
    private final Dataset dataset;
    private final Dataset.@Nullable Shuffle shuffle;
    private final List<Integer> partitions;
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final Set<TaskRun> running = new HashSet<>();
    private final Barrier.Limit limit;
    private final List<Held> held = new ArrayList<>();
    private @Nullable Barrier barrier;
    private final int[] attempts;
    private final int[] failures;
    private final int[] losses;
    /** How often the process was lost that a task's worker was in, by where the task is counted. */
    private final Map<Integer, Integer> hostLosses = new HashMap<>();

    private final @Nullable Locality locality;
    private int left;
    private boolean blocked;
    private int quick;
    private int slow;
    private long quickNanos;

    /**
     * Makes a stage with all its tasks waiting.
     *
     * @param shuffle what the tasks write, or null if their output is the job's result
     * @param partitions the partition of each task
     * @param limit how long tasks of a barrier stage wait for each other
     * @param locality knows which workers have as objects what the tasks read
     */
    StageRun(
            JobRun job,
            StageSpec spec,
            TreeBuilder builder,
            Dataset dataset,
            Dataset.@Nullable Shuffle shuffle,
            List<Integer> partitions,
            Barrier.Limit limit,
            Locality locality) {
        this.job = job;
        this.work = new StageWork(spec, shuffle == null ? StageWork.RESULT : shuffle.partitions());
        this.builder = builder;
        this.dataset = dataset;
        this.shuffle = shuffle;
        this.partitions = partitions;
        this.limit = limit;
        this.attempts = new int[partitions.size()];
        this.failures = new int[partitions.size()];
        this.losses = new int[partitions.size()];
        this.left = partitions.size();
        this.locality = Locality.matters(dataset) ? locality : null;
        for (int i = 0; i < partitions.size(); i++) {
            waiting.add(i);
        }
    }

    JobRun job() {
        return job;
    }

    StageWork work() {
        return work;
    }

    StageSpec spec() {
        return work.spec();
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

    /** Tells whether the tasks run all at once, and so are to be taken all at once. */
    boolean together() {
        return work.together();
    }

    /** Tells whether all tasks wait to be taken at once. */
    boolean waitsTogether() {
        return !blocked && waiting.size() == tasks();
    }

    /** Where the tasks of the attempt that runs wait for each other. */
    Barrier barrier() {
        if (barrier == null) {
            barrier = new Barrier(tasks(), limit);
        }
        return barrier;
    }

    /** Tells whether a task is one of those that run, and not of an attempt that was given up. */
    boolean runs(TaskRun task) {
        return running.contains(task);
    }

    /**
     * How often user code may fail. What a barrier stage writes for a shuffle is seen by nobody before it is whole, so
     * that such a stage is tried as often as in Apache Spark, whatever the master allows a single task.
     */
    int failuresAllowed(int ofTask) {
        return together() && shuffle != null ? Math.max(ofTask, BARRIER_ATTEMPTS) : ofTask;
    }

    /** Keeps what a task of a barrier stage made; returns all that was kept once it is whole, else nothing. */
    List<Held> hold(Held one) {
        running.remove(one.task());
        held.add(one);
        return held.size() == tasks() ? takeHeld() : List.of();
    }

    /** Gives up what tasks of a barrier stage made so far. */
    List<Held> takeHeld() {
        List<Held> taken = List.copyOf(held);
        held.clear();
        return taken;
    }

    /** Lets all tasks of a barrier stage wait anew; returns those that still run, of the attempt before. */
    List<TaskRun> startAgain() {
        List<TaskRun> before = List.copyOf(running);
        running.clear();
        waiting.clear();
        for (int i = 0; i < tasks(); i++) {
            waiting.add(i);
        }
        barrier = null;
        return before;
    }

    /** Takes a waiting task: the first whose data a free worker of the site has as objects, else the first. */
    @Nullable
    TaskRun poll(long attemptId, Promises promises, Object site) {
        if (blocked || waiting.isEmpty()) {
            return null;
        }
        if (locality != null) {
            int seen = 0;
            for (int index : waiting) {
                WorkerHandle holder = locality.holder(dataset, partitions.get(index));
                if (holder != null && promises.promise(holder, site)) {
                    waiting.remove(index);
                    return start(index, attemptId, holder);
                }
                if (++seen == LOOKAHEAD) {
                    break;
                }
            }
        }
        return next(attemptId);
    }

    /** Takes the first task that waits. */
    @Nullable
    TaskRun next(long attemptId) {
        return blocked || waiting.isEmpty() ? null : start(waiting.removeFirst(), attemptId, null);
    }

    private TaskRun start(int index, long attemptId, @Nullable WorkerHandle preferred) {
        int attempt = attempts[index]++;
        TaskRun task = new TaskRun(
                this, index, partitions.get(index), attempt, attemptId, losses[together() ? 0 : index], preferred);
        running.add(task);
        return task;
    }

    /**
     * How many tasks may go to a worker at once: more than one only while all but few take less than a millisecond,
     * and few enough that no slot will wait for another at the end.
     */
    int leaseLength() {
        if (quick < LEASE_AFTER || slow * 10 > quick) {
            return 1;
        }
        EngineOptions options = job.options();
        long average = Math.max(1, quickNanos / quick);
        long fair = waiting.size() / (2L * options.slots());
        return (int) Math.max(1, Math.min(Math.min(options.maxLease(), fair), LEASE_NANOS / average));
    }

    /** Notes that a task ended well, and how long it ran; returns whether that was the stage's last. */
    boolean finished(TaskRun task, long nanos) {
        if (nanos < LEASE_NANOS) {
            quick++;
            quickNanos += nanos;
        } else {
            slow++;
        }
        running.remove(task);
        return --left == 0;
    }

    /** Lets a task wait again that no worker has begun. */
    void giveBack(TaskRun task) {
        if (running.remove(task)) {
            attempts[task.index()]--;
            waiting.addFirst(task.index());
        }
    }

    /** Counts an exception of user code; the task waits again only if it may, since its job is about to end. */
    int failed(TaskRun task, int allowed) {
        return again(task, ++failures[counted(task)], allowed);
    }

    int lost(TaskRun task, boolean charged, int allowed) {
        goAlone();
        return again(task, charged ? ++losses[counted(task)] : losses[counted(task)], allowed);
    }

    /** Counts, apart from all else, that a task went with the process that its worker was in. */
    int lostWithHost(TaskRun task, int allowed) {
        goAlone();
        return again(task, hostLosses.merge(counted(task), 1, Integer::sum), allowed);
    }

    /** Lets the next tasks go alone, until it is seen again that they are short and end well. */
    private void goAlone() {
        quick = 0;
        quickNanos = 0;
    }

    /** Where attempts are counted: tasks that run together fail together. */
    private int counted(TaskRun task) {
        return together() ? 0 : task.index();
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
        return "job=" + job.id() + " stage=" + spec().id() + " partition=" + task.partition() + " attempt="
                + task.attempt();
    }
}
