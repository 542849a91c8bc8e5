// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.Messages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Divides batches by their rows' keys, so that each of several workers gets all rows of its keys. Columns with
 * dictionaries are no keys: decode them first. Safe for any number of threads.
 */
public abstract class BatchPartitioner implements AutoCloseable {
    private final List<String> columns;
    private final int partitions;

    BatchPartitioner(List<String> columns, int partitions) {
        if (columns.isEmpty() || partitions < 1) {
            throw new IllegalArgumentException(
                    "nothing to divide by: columns=" + columns + " partitions=" + partitions);
        }
        this.columns = List.copyOf(columns);
        this.partitions = partitions;
    }

    /**
     * Divides by the hash of columns. Rows go where Spark's {@code repartition(partitions, columns)} puts rows with these
     * values; unsigned integers are hashed as the next larger signed ones, those of 64 bits as if they were signed, and
     * times of nanoseconds as microseconds.
     *
     * @param columns names of the key columns
     * @param partitions how many there are to be
     * @return a partitioner
     */
    public static BatchPartitioner hash(List<String> columns, int partitions) {
        return new ByHash(columns, partitions);
    }

    /**
     * Divides by ranges of columns. Rows up to and with the first bound go to the first partition, and so on.
     *
     * @param keys the key columns
     * @param bounds a batch with these columns, whose rows ascend in this order; its buffers are shared until close
     * @return a partitioner of one partition more than there are bounds, to be closed
     * @throws IllegalArgumentException if the bounds do not ascend
     */
    public static BatchPartitioner range(List<SortKey> keys, VectorSchemaRoot bounds) {
        return new ByRange(keys, bounds.slice(0));
    }

    /**
     * Divides by ranges that hold about as many rows of a sample each.
     *
     * @param keys the key columns
     * @param sample batches with these columns
     * @param partitions how many there are to be at most; fewer where the sample has too few different keys
     * @param allocator keeps the bounds
     * @return a partitioner to be closed
     */
    public static BatchPartitioner rangeOf(
            List<SortKey> keys, List<VectorSchemaRoot> sample, int partitions, BufferAllocator allocator) {
        return RangeBounds.of(keys, sample, partitions, allocator);
    }

    /**
     * Returns how many partitions there are.
     *
     * @return the number
     */
    public int partitions() {
        return partitions;
    }

    /**
     * Returns where rows go.
     *
     * @param batch the rows
     * @return the partition of each
     * @throws IllegalArgumentException if a key column is missing, or its type has no such partition
     */
    public int[] assign(VectorSchemaRoot batch) {
        int[] found = new int[batch.getRowCount()];
        assign(columns(batch, columns), found);
        return found;
    }

    abstract void assign(List<FieldVector> keys, int[] into);

    /**
     * Divides a batch; rows keep their order within each part.
     *
     * @param batch the rows
     * @param allocator keeps the parts
     * @return a batch of each partition, with or without rows, to be closed
     */
    public List<VectorSchemaRoot> split(VectorSchemaRoot batch, BufferAllocator allocator) {
        int[] places = assign(batch);
        int[] counts = new int[partitions];
        for (int place : places) {
            counts[place]++;
        }
        int[][] rows = new int[partitions][];
        Arrays.setAll(rows, i -> new int[counts[i]]);
        Arrays.fill(counts, 0);
        for (int row = 0; row < places.length; row++) {
            rows[places[row]][counts[places[row]]++] = row;
        }
        List<VectorSchemaRoot> parts = new ArrayList<>(partitions);
        try {
            for (int[] chosen : rows) {
                VectorSchemaRoot part = VectorSchemaRoot.create(batch.getSchema(), allocator);
                parts.add(part);
                for (int i = 0; i < batch.getFieldVectors().size(); i++) {
                    Gather.rows(batch.getVector(i), chosen, part.getVector(i));
                }
                part.setRowCount(chosen.length);
            }
            return parts;
        } catch (RuntimeException e) {
            parts.forEach(VectorSchemaRoot::close);
            throw e;
        }
    }

    /** Returns the columns of some names. */
    static List<FieldVector> columns(VectorSchemaRoot batch, List<String> names) {
        List<FieldVector> found = new ArrayList<>();
        for (String name : names) {
            Schema schema = batch.getSchema();
            List<Field> fields = schema.getFields().stream()
                    .filter(field -> name.equals(field.getName()))
                    .toList();
            if (fields.size() != 1) {
                throw new IllegalArgumentException("not a column to divide by: column=" + Messages.quote(name)
                        + " columns of this name=" + fields.size() + " in " + schema);
            }
            Field field = fields.get(0);
            if (field.getDictionary() != null) {
                throw new IllegalArgumentException(
                        "a column with a dictionary is no key: column=" + Messages.quote(name) + "; decode it first");
            }
            Values.form(SchemaRules.storage(field.getType()));
            found.add(Values.storage(batch.getVector(schema.getFields().indexOf(field))));
        }
        return found;
    }

    /** Releases bounds. */
    @Override
    public void close() {}

    private static final class ByHash extends BatchPartitioner {
        ByHash(List<String> columns, int partitions) {
            super(columns, partitions);
        }

        @Override
        void assign(List<FieldVector> keys, int[] into) {
            Arrays.fill(into, RowHash.SEED);
            for (FieldVector key : keys) {
                for (int row = 0; row < into.length; row++) {
                    into[row] = RowHash.hash(key, row, into[row]);
                }
            }
            for (int row = 0; row < into.length; row++) {
                into[row] = Math.floorMod(into[row], partitions());
            }
        }
    }

    private static final class ByRange extends BatchPartitioner {
        private final RowOrder order;
        private final VectorSchemaRoot root;
        private final List<FieldVector> bounds;

        ByRange(List<SortKey> keys, VectorSchemaRoot root) {
            super(keys.stream().map(SortKey::column).toList(), root.getRowCount() + 1);
            this.order = new RowOrder(keys);
            this.root = root;
            try {
                this.bounds = columns(root, keys.stream().map(SortKey::column).toList());
                for (int i = 1; i < root.getRowCount(); i++) {
                    if (order.compare(bounds, i - 1, bounds, i) > 0) {
                        throw new IllegalArgumentException("bounds do not ascend: row=" + i);
                    }
                }
            } catch (RuntimeException e) {
                root.close();
                throw e;
            }
        }

        @Override
        void assign(List<FieldVector> keys, int[] into) {
            for (int i = 0; i < keys.size(); i++) {
                if (!keys.get(i)
                        .getField()
                        .getType()
                        .equals(bounds.get(i).getField().getType())) {
                    throw new IllegalArgumentException("a key has another type than its bounds: column="
                            + Messages.quote(keys.get(i).getName()) + " got="
                            + keys.get(i).getField().getType() + " expected="
                            + bounds.get(i).getField().getType());
                }
            }
            for (int row = 0; row < into.length; row++) {
                int low = 0;
                int high = partitions() - 1;
                while (low < high) {
                    int middle = (low + high) >>> 1;
                    if (order.compare(bounds, middle, keys, row) < 0) {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                into[row] = low;
            }
        }

        @Override
        public void close() {
            root.close();
        }
    }
}
