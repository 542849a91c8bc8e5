// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;

/** Sums over attempts at tasks, of a stage or of a program. Guarded by whoever has it. */
final class TaskSums {
    private long succeeded;
    private long failed;
    private long lost;
    private long cancelled;
    private long retries;
    private long run;
    private long waiting;
    private long unpickling;
    private long user;
    private long pickling;
    private long spilling;
    private long memoryBytesSpilled;
    private long diskBytesSpilled;
    private long bytes;
    private long records;

    void add(Event.TaskEnded task) {
        switch (task.outcome()) {
            case SUCCEEDED -> succeeded++;
            case FAILED -> failed++;
            case LOST -> lost++;
            case CANCELLED -> cancelled++;
        }
        retries += task.attempt() > 0 ? 1 : 0;
        TaskMetrics metrics = task.metrics();
        run += metrics.runNanos();
        waiting += metrics.waitingNanos();
        unpickling += metrics.unpicklingNanos();
        user += metrics.userNanos();
        pickling += metrics.picklingNanos();
        spilling += metrics.spillingNanos();
        memoryBytesSpilled += metrics.memoryBytesSpilled();
        diskBytesSpilled += metrics.diskBytesSpilled();
        bytes += task.bytes();
        records += task.records();
    }

    long count(Event.Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> succeeded;
            case FAILED -> failed;
            case LOST -> lost;
            case CANCELLED -> cancelled;
        };
    }

    long retries() {
        return retries;
    }

    Times times() {
        return new Times(run, waiting, unpickling, user, pickling, spilling);
    }

    long memoryBytesSpilled() {
        return memoryBytesSpilled;
    }

    long diskBytesSpilled() {
        return diskBytesSpilled;
    }

    long bytes() {
        return bytes;
    }

    long records() {
        return records;
    }
}
