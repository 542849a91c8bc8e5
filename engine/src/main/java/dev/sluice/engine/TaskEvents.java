// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskMetrics;
import dev.sluice.worker.TaskReport;

/** Makes the events of tasks. */
final class TaskEvents {
    private static final byte[] NOTHING = {};

    private TaskEvents() {}

    static Event started(TaskRun task, long pid) {
        StageRun stage = task.stage();
        return new Event.TaskStarted(stage.job().id(), stage.spec().id(), task.partition(), task.attempt(), pid);
    }

    static Event succeeded(TaskRun task, long pid, TaskReport.Succeeded report) {
        long bytes = 0;
        long records = 0;
        for (TaskReport.StreamCount count : report.streams()) {
            bytes += count.bytes();
            records += count.records();
        }
        return ended(task, pid, Event.Outcome.SUCCEEDED, report.metrics(), bytes, records, report.accumulators());
    }

    static Event failed(TaskRun task, long pid, TaskReport.Failed report) {
        return ended(task, pid, Event.Outcome.FAILED, report.metrics(), 0, 0, NOTHING);
    }

    static Event lost(TaskRun task, long pid) {
        return ended(task, pid, Event.Outcome.LOST, TaskMetrics.NONE, 0, 0, NOTHING);
    }

    static Event cancelled(TaskRun task, long pid) {
        return ended(task, pid, Event.Outcome.CANCELLED, TaskMetrics.NONE, 0, 0, NOTHING);
    }

    private static Event ended(
            TaskRun task,
            long pid,
            Event.Outcome outcome,
            TaskMetrics metrics,
            long bytes,
            long records,
            byte[] accumulators) {
        StageRun stage = task.stage();
        return new Event.TaskEnded(
                stage.job().id(),
                stage.spec().id(),
                task.partition(),
                task.attempt(),
                pid,
                outcome,
                metrics,
                bytes,
                records,
                accumulators);
    }
}
