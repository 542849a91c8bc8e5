// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.TaskReport;
import java.io.Serializable;
import java.util.ArrayList;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The result of a partition, on its way through Spark to the driver.
 *
 * @param pieces its bytes
 * @param records items in them
 * @param accumulators pickled accumulator updates; empty if there are none
 */
record TaskResult(ArrayList<byte[]> pieces, long records, byte[] accumulators) implements Serializable {
    /** Runs a task to its end; one item. */
    static Iterator<TaskResult> of(LiveTask task) {
        ArrayList<byte[]> pieces = new ArrayList<>(1);
        while (task.advance()) {
            pieces.add(task.piece());
        }
        TaskReport.Succeeded report = task.report();
        TaskReport.StreamCount count = report.stream(0);
        TaskResult result = new TaskResult(pieces, count == null ? 0 : count.records(), report.accumulators());
        return CollectionConverters.asScala(java.util.List.of(result).iterator());
    }

    /** Its length in bytes. */
    long bytes() {
        long sum = 0;
        for (byte[] piece : pieces) {
            sum += piece.length;
        }
        return sum;
    }
}
