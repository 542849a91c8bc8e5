// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskMetrics;
import java.util.List;
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
     * What a job is to compute, told before its start by whoever knows the program's names for it.
     *
     * @param job its number
     * @param plan the nodes that it reaches, inputs first; those nearest to the result if there are very many
     */
    record JobPlanned(long job, List<PlanNode> plan) implements Event {}

    /**
     * A job ended.
     *
     * @param job its number
     * @param succeeded whether it did
     * @param reason why it did not; empty if it did
     */
    record JobEnded(long job, boolean succeeded, String reason) implements Event {}

    /**
     * A stage's tasks wait for slots.
     *
     * @param job the job's number
     * @param stage the stage's number
     * @param tasks how many tasks it has
     * @param dataset the node that it computes
     */
    record StageStarted(long job, int stage, int tasks, long dataset) implements Event {}

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
            implements Event {
        private static final byte[] NONE = {};

        /** {@return the same for who keeps it and has no use for the updates, which may be long} */
        public TaskEnded withoutAccumulators() {
            return accumulators.length == 0
                    ? this
                    : new TaskEnded(job, stage, partition, attempt, pid, outcome, metrics, bytes, records, NONE);
        }
    }

    /**
     * Why an attempt at a task did not succeed; told before its end, and only if there is more to say than that.
     *
     * @param job the job's number
     * @param stage the stage's number
     * @param partition the partition
     * @param attempt 0 for the first try
     * @param pid the worker; 0 if there was none
     * @param type the type of the exception that user code raised; empty if the worker or a block was lost
     * @param message what is known
     * @param traceback the Python stack; empty if there is none
     */
    record TaskFailure(
            long job, int stage, int partition, int attempt, long pid, String type, String message, String traceback)
            implements Event {}

    /**
     * A worker was forked.
     *
     * @param pid its process
     * @param parent the zygote or generation that forked it
     */
    record WorkerStarted(long pid, long parent) implements Event {}

    /**
     * A worker's process ended.
     *
     * @param pid its process
     * @param how the exit code or signal
     */
    record WorkerEnded(long pid, String how) implements Event {}

    /**
     * A broadcast can be read by tasks from now on.
     *
     * @param broadcast its id
     * @param bytes the length of its file
     * @param shared whether it is unpickled once for all workers
     */
    record BroadcastAdded(long broadcast, long bytes, boolean shared) implements Event {}

    /**
     * Workers let go of a broadcast.
     *
     * @param broadcast its id
     * @param kept whether a later task may ask for it again
     */
    record BroadcastDropped(long broadcast, boolean kept) implements Event {}

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
