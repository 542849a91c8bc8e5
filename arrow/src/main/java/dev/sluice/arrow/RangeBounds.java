// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Bounds that cut a sample into equal parts. */
final class RangeBounds {
    private RangeBounds() {}

    /** A row of one batch of the sample. */
    private record Row(List<FieldVector> columns, int row) {}

    static BatchPartitioner of(
            List<SortKey> keys, List<VectorSchemaRoot> sample, int partitions, BufferAllocator allocator) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("no sample to find ranges in: keys=" + keys);
        }
        List<String> names = keys.stream().map(SortKey::column).toList();
        RowOrder order = new RowOrder(keys);
        List<Row> rows = new ArrayList<>();
        for (VectorSchemaRoot batch : sample) {
            List<FieldVector> columns = BatchPartitioner.columns(batch, names);
            for (int row = 0; row < batch.getRowCount(); row++) {
                rows.add(new Row(columns, row));
            }
        }
        rows.sort((left, right) -> order.compare(left.columns, left.row, right.columns, right.row));
        List<Row> chosen = new ArrayList<>();
        for (int i = 1; i < partitions && !rows.isEmpty(); i++) {
            Row next = rows.get((int) Math.max(0, (long) i * rows.size() / partitions - 1));
            Row last = chosen.isEmpty() ? null : chosen.get(chosen.size() - 1);
            if (last == null || order.compare(last.columns, last.row, next.columns, next.row) < 0) {
                chosen.add(next);
            }
        }
        List<Field> fields = BatchPartitioner.columns(sample.get(0), names).stream()
                .map(FieldVector::getField)
                .toList();
        try (VectorSchemaRoot bounds = VectorSchemaRoot.create(new Schema(fields), allocator)) {
            for (FieldVector column : bounds.getFieldVectors()) {
                column.setInitialCapacity(chosen.size());
                column.allocateNew();
            }
            for (int i = 0; i < chosen.size(); i++) {
                for (int column = 0; column < names.size(); column++) {
                    bounds.getVector(column)
                            .copyFromSafe(
                                    chosen.get(i).row, i, chosen.get(i).columns.get(column));
                }
            }
            bounds.setRowCount(chosen.size());
            return BatchPartitioner.range(keys, bounds);
        }
    }
}
