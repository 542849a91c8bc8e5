// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.Spool;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A running job. Guarded by the engine's lock, but for its sink. */
final class JobRun {
    /** The local property that names a job's pool, as Apache Spark has it. */
    private static final String POOL = "spark.scheduler.pool";

    private final Job job;
    private final ResultSink sink;
    private final EngineOptions options;
    private final Object program;
    private final List<StageRun> stages = new ArrayList<>();
    private final List<byte[]> accumulators = new ArrayList<>();
    /** Map tasks, by their shuffle, whose updates are among them. */
    private final Map<Long, BitSet> added = new HashMap<>();
    /** How often each block was lost under this job; unlike all else, for any thread. */
    private final Map<String, Integer> lostBlocks = new ConcurrentHashMap<>();

    private final Object pool;
    private @Nullable StageRun result;
    private @Nullable Delivery delivery;
    private boolean ended;

    JobRun(Job job, ResultSink sink, EngineOptions options, Object program) {
        this.job = job;
        this.sink = sink;
        this.options = options;
        this.program = program;
        String named = job.properties().get(POOL);
        this.pool = named == null ? this : named;
    }

    long id() {
        return job.id();
    }

    Job job() {
        return job;
    }

    /** Names whose job it is, among all that share slots; compared by identity. */
    Object program() {
        return program;
    }

    /** With whom it shares one turn at slots; itself if it names no pool. */
    Object pool() {
        return pool;
    }

    EngineOptions options() {
        return options;
    }

    ResultSink sink() {
        return sink;
    }

    List<StageRun> stages() {
        return stages;
    }

    List<byte[]> accumulators() {
        return accumulators;
    }

    /** Adds a task's updates, unless it is a map task that runs again since its output was lost under this job. */
    void add(byte[] updates, StageRun stage, int partition) {
        Dataset.Shuffle shuffle = stage.shuffle();
        if (shuffle != null) {
            BitSet before = added.computeIfAbsent(shuffle.id(), unused -> new BitSet());
            if (before.get(partition)) {
                return;
            }
            before.set(partition);
        }
        accumulators.add(updates);
    }

    /** About how many bytes it takes to tell what tasks have added to accumulators; once all have ended. */
    long accumulatorBytes() {
        return accumulators.stream().mapToLong(update -> update.length).sum();
    }

    @Nullable
    StageRun result() {
        return result;
    }

    void result(StageRun stage) {
        result = stage;
    }

    Delivery delivery() {
        if (delivery == null) {
            throw new IllegalStateException("a job without delivery: id=" + job.id());
        }
        return delivery;
    }

    /** Lets the job's reader have what an attempt has made so far, if it wants that before the end. For any thread. */
    void grew(TaskRun task, Spool spool) {
        Delivery to = delivery;
        if (to != null) {
            to.grew(task.index(), task.attemptId(), spool);
        }
    }

    void delivery(Delivery to) {
        delivery = to;
    }

    /**
     * Notes that a block is lost; returns whether {@code reader} is to answer for it. A reader of many blocks may lose
     * each of them once: every time one more is there again.
     */
    boolean lost(String block, TaskRun reader) {
        return lostBlocks.merge(block, 1, Integer::sum) > reader.losses();
    }

    boolean ended() {
        return ended;
    }

    /** Marks the end; false if it was marked before. */
    boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        return true;
    }
}
