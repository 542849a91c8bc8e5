// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** How many rows of a batch fit into a number of bytes. */
final class BatchSizes {
    private BatchSizes() {}

    /**
     * Returns how many rows from one on fit; at least one if there is one.
     *
     * @param batch the batch
     * @param from the first row
     * @param limit bytes
     */
    static int fitting(VectorSchemaRoot batch, int from, long limit) {
        List<FieldVector> vectors = batch.getFieldVectors();
        int rows = batch.getRowCount();
        long before = bytes(vectors, from);
        if (bytes(vectors, rows) - before <= limit) {
            return rows - from;
        }
        int fits = from;
        int over = rows;
        while (over - fits > 1) {
            int middle = (fits + over) >>> 1;
            if (bytes(vectors, middle) - before <= limit) {
                fits = middle;
            } else {
                over = middle;
            }
        }
        int count = fits - from;
        // A slice that begins at a whole byte of validity bits shares them.
        return count > 64 ? count / 8 * 8 : Math.max(1, count);
    }

    private static long bytes(List<FieldVector> vectors, int rows) {
        long sum = 0;
        for (FieldVector vector : vectors) {
            sum += vector.getBufferSizeFor(rows);
        }
        return sum;
    }
}
