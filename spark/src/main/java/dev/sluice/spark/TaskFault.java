// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.JobFailure;
import dev.sluice.worker.TaskReport;
import org.jspecify.annotations.Nullable;

/** Why a task failed, on its way through Spark to the driver. Its text is what Spark shows and logs. */
final class TaskFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    final JobFailure.Kind kind;
    /** What happened, without the place. */
    final String reason;
    /** The worker, and the partition and attempt of its task. */
    final String where;
    /** The attempt, from 0. */
    final int attempt;

    final @Nullable String type;
    final @Nullable String traceback;
    final byte @Nullable [] pickled;

    private TaskFault(
            JobFailure.Kind kind,
            String reason,
            String where,
            int attempt,
            @Nullable String type,
            @Nullable String traceback,
            byte @Nullable [] pickled,
            @Nullable Throwable cause) {
        super(reason + " in " + where + (traceback == null ? "" : "\n" + traceback), cause);
        this.kind = kind;
        this.reason = reason;
        this.where = where;
        this.attempt = attempt;
        this.type = type;
        this.traceback = traceback;
        this.pickled = pickled;
    }

    /** User code raised. */
    static TaskFault user(TaskReport.Failed report, String where, int attempt) {
        return new TaskFault(
                JobFailure.Kind.USER,
                report.type() + ": " + report.message(),
                where,
                attempt,
                report.type(),
                report.traceback(),
                report.pickled(),
                null);
    }

    /** The worker went, or its task could not come to an end of its own. */
    static TaskFault lost(Throwable cause, String where, int attempt) {
        return new TaskFault(
                JobFailure.Kind.LOST, String.valueOf(cause.getMessage()), where, attempt, null, null, null, cause);
    }

    /** No worker will ever run it. */
    static TaskFault unusable(Throwable cause, String where, int attempt) {
        return new TaskFault(
                JobFailure.Kind.ENGINE, String.valueOf(cause.getMessage()), where, attempt, null, null, null, cause);
    }
}
