// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskMetrics;
import java.util.Map;

/** What happens in an engine, for whoever watches. */
public sealed interface Event {
    /**
     * A job was submitted.
     *
     * @param job its number
     * @param properties local properties of the driver's thread
     */
    record JobStarted(long job, Map<String, String> properties) implements Event {}

    /**
     * A job ended.
     *
     * @param job its number
     * @param succeeded whether it did
     */
    record JobEnded(long job, boolean succeeded) implements Event {}

    /**
     * A stage's tasks wait for slots.
     *
     * @param job the job's number
     * @param stage the stage's number
     * @param tasks how many tasks it has
     */
    record StageStarted(long job, int stage, int tasks) implements Event {}

    /**
     * All tasks of a stage succeeded, or its job ended.
     *
     * @param job the job's number
     * @param stage the stage's number
     */
    record StageEnded(long job, int stage) implements Event {}

    /**
     * All tasks of a barrier stage wait for slots again, since one of them failed.
     *
     * @param job the job's number
     * @param stage the stage's number
     */
    record StageStartedAgain(long job, int stage) implements Event {}

    /**
     * A task was given to a worker.
     *
     * @param job the job's number
     * @param stage the stage's number
     * @param partition the partition
     * @param attempt 0 for the first try
     * @param pid the worker
     */
    record TaskStarted(long job, int stage, int partition, int attempt, long pid) implements Event {}

    /**
     * A task ended.
     *
     * @param job the job's number
     * @param stage the stage's number
     * @param partition the partition
     * @param attempt 0 for the first try
     * @param pid the worker; 0 if there was none
     * @param outcome what became of it
     * @param metrics what it cost, if it succeeded or user code raised
     * @param bytes length of what it emitted, if it succeeded
     * @param records items that it emitted, if it succeeded
     * @param accumulators its pickled accumulator updates; empty if there are none
     */
    record TaskEnded(
            long job,
            int stage,
            int partition,
            int attempt,
            long pid,
            Outcome outcome,
            TaskMetrics metrics,
            long bytes,
            long records,
            byte[] accumulators)
            implements Event {}

    /** What became of a task. */
    enum Outcome {
        /** It succeeded. */
        SUCCEEDED,
        /** User code raised. */
        FAILED,
        /** Its worker, or a block that it read, was lost. */
        LOST,
        /** Its job was cancelled. */
        CANCELLED
    }
}
