// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

/**
 * What a task cost, as its worker measured it at the borders of batches.
 *
 * @param runNanos time from the task's arrival in the worker to its end, in nanoseconds
 * @param waitingNanos time of that in which it was blocked on this JVM, for input or for room for output
 * @param unpicklingNanos time of that in which batches, functions and broadcasts were unpickled
 * @param picklingNanos time of that in which batches and accumulator updates were pickled
 * @param spillingNanos time of that in which run files were written and read back
 * @param memoryBytesSpilled bytes of memory that were freed by writing what they held to disk
 * @param diskBytesSpilled bytes of run files that were written
 */
public record TaskMetrics(
        long runNanos,
        long waitingNanos,
        long unpicklingNanos,
        long picklingNanos,
        long spillingNanos,
        long memoryBytesSpilled,
        long diskBytesSpilled) {
    /** What is known of a task whose worker did not report. */
    public static final TaskMetrics NONE = new TaskMetrics(0, 0, 0, 0, 0, 0, 0);

    /** {@return time in user code, and in the steps around it: the time that no other part claims, in nanoseconds} */
    public long userNanos() {
        return Math.max(0, runNanos - waitingNanos - unpicklingNanos - picklingNanos - spillingNanos);
    }
}
