// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.worker.TaskMetrics;

/**
 * Where the time of tasks went, in nanoseconds. The parts add up to the whole.
 *
 * @param run from a task's arrival in its worker to its end
 * @param waiting blocked on the JVM, for input or for room for output
 * @param unpickling unpickling batches, functions and broadcasts
 * @param user in user code, and in the steps around it
 * @param pickling pickling batches and accumulator updates
 * @param spilling writing run files and reading them back
 */
public record Times(long run, long waiting, long unpickling, long user, long pickling, long spilling) {
    static final Times NONE = new Times(0, 0, 0, 0, 0, 0);

    static Times of(TaskMetrics metrics) {
        return new Times(
                metrics.runNanos(),
                metrics.waitingNanos(),
                metrics.unpicklingNanos(),
                metrics.userNanos(),
                metrics.picklingNanos(),
                metrics.spillingNanos());
    }
}
