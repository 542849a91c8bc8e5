// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.worker.TaskMetrics;
import dev.sluice.worker.TaskReport;

/** How tasks ended, as executors tell it. */
final class TaskMessages {
    private TaskMessages() {}

    static void succeeded(Packer to, TaskReport.Succeeded report) {
        to.list(
                report.streams(),
                (out, count) -> out.i32(count.stream()).i64(count.bytes()).i64(count.records()));
        metrics(to, report.metrics());
        to.blob(report.accumulators());
    }

    static TaskReport.Succeeded succeeded(Unpacker from) {
        return new TaskReport.Succeeded(
                from.list(in -> new TaskReport.StreamCount(in.i32(), in.i64(), in.i64())), metrics(from), from.blob());
    }

    static void failed(Packer to, TaskReport.Failed report) {
        to.text(report.type()).text(report.message()).text(report.traceback()).blob(report.pickled());
        metrics(to, report.metrics());
    }

    static TaskReport.Failed failed(Unpacker from) {
        return new TaskReport.Failed(from.text(), from.text(), from.text(), from.blob(), metrics(from));
    }

    private static void metrics(Packer to, TaskMetrics metrics) {
        to.i64(metrics.runNanos()).i64(metrics.waitingNanos()).i64(metrics.unpicklingNanos());
        to.i64(metrics.picklingNanos()).i64(metrics.spillingNanos());
        to.i64(metrics.memoryBytesSpilled()).i64(metrics.diskBytesSpilled());
    }

    private static TaskMetrics metrics(Unpacker from) {
        return new TaskMetrics(from.i64(), from.i64(), from.i64(), from.i64(), from.i64(), from.i64(), from.i64());
    }
}
