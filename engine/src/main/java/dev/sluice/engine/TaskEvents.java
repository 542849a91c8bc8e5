// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskMetrics;
import dev.sluice.worker.TaskReport;

/** Makes the events of stages and tasks. */
final class TaskEvents {
    private static final byte[] NOTHING = {};

    private TaskEvents() {}

    static Event stageStarted(StageRun stage) {
        Dataset.Shuffle shuffle = stage.shuffle();
        Dataset computed = shuffle == null ? stage.dataset() : shuffle;
        return new Event.StageStarted(stage.job().id(), stage.spec().id(), stage.tasks(), computed.id());
    }

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

    static void failed(EventBus events, TaskRun task, long pid, TaskReport.Failed report) {
        events.post(failure(task, pid, report.type(), report.message(), report.traceback()));
        events.post(ended(task, pid, Event.Outcome.FAILED, report.metrics(), 0, 0, NOTHING));
    }

    static void lost(EventBus events, TaskRun task, long pid, String reason) {
        events.post(failure(task, pid, "", reason, ""));
        events.post(ended(task, pid, Event.Outcome.LOST, TaskMetrics.NONE, 0, 0, NOTHING));
    }

    private static Event failure(TaskRun task, long pid, String type, String message, String traceback) {
        StageRun stage = task.stage();
        return new Event.TaskFailure(
                stage.job().id(), stage.spec().id(), task.partition(), task.attempt(), pid, type, message, traceback);
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
