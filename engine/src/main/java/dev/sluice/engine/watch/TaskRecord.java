// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;

/**
 * An attempt that ended, in some 200 bytes. It knows its stage by number, so that it does not keep one that is forgotten.
 *
 * @param task what was told at its end, without accumulators
 * @param given when it was given to its worker, in nanoseconds since 1970; 0 if that is not known
 * @param ended in nanoseconds since 1970
 */
record TaskRecord(Event.TaskEnded task, long given, long ended) {
    TaskRecord {
        task = task.withoutAccumulators();
    }

    int stage() {
        return task.stage();
    }

    TaskView view() {
        return new TaskView(
                task.partition(),
                task.attempt(),
                task.pid(),
                task.outcome().name(),
                started(),
                ended,
                Times.of(task.metrics()),
                task.metrics().diskBytesSpilled(),
                task.bytes(),
                task.records());
    }

    /** Of a lease of several tasks all are given at once, and the second begins when the first has ended. */
    private long started() {
        long ran = task.metrics().runNanos();
        return ran > 0 ? Math.max(given, ended - ran) : given > 0 ? given : ended;
    }
}
