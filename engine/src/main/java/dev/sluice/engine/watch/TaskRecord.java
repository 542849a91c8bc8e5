// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;

/**
 * An attempt that ended, in some 200 bytes. It knows its stage by number, so that it does not keep one that is forgotten.
 *
 * @param stage its stage's number
 * @param partition the partition
 * @param attempt 0 for the first try
 * @param pid the worker; 0 if there was none
 * @param outcome what became of it
 * @param metrics what it cost
 * @param bytes length of what it emitted
 * @param records items that it emitted
 * @param given when it was given to its worker, in nanoseconds since 1970; 0 if that is not known
 * @param ended in nanoseconds since 1970
 */
record TaskRecord(
        int stage,
        int partition,
        int attempt,
        long pid,
        Event.Outcome outcome,
        TaskMetrics metrics,
        long bytes,
        long records,
        long given,
        long ended) {
    static TaskRecord of(Event.TaskEnded task, long given, long ended) {
        return new TaskRecord(
                task.stage(),
                task.partition(),
                task.attempt(),
                task.pid(),
                task.outcome(),
                task.metrics(),
                task.bytes(),
                task.records(),
                given,
                ended);
    }

    TaskView view() {
        return new TaskView(
                partition,
                attempt,
                pid,
                outcome.name(),
                started(),
                ended,
                Times.of(metrics),
                metrics.diskBytesSpilled(),
                bytes,
                records);
    }

    /** Of a lease of several tasks all are given at once, and the second begins when the first has ended. */
    private long started() {
        long ran = metrics.runNanos();
        return ran > 0 ? Math.max(given, ended - ran) : given > 0 ? given : ended;
    }
}
