// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import org.jspecify.annotations.Nullable;

/** Spilled tables, cut by hash into a fixed number of partitions; each depth of the recursion cuts by another seed. */
final class HashPartitions<K, C> {
    static final int FAN_OUT = 32;

    /** Data would have to be 32^4 times the memory before this stops a sound hash. */
    static final int MAX_DEPTH = 4;

    private static final int FAN_OUT_SHIFT = Integer.SIZE - 5;

    private final SpillContext<K, C> context;
    private final int depth;
    private final RecordOutput<K, C> output;
    private final @Nullable Extents[] extents = new @Nullable Extents[FAN_OUT];

    HashPartitions(SpillContext<K, C> context, int depth) {
        this.context = context;
        this.depth = depth;
        this.output = context.newOutput();
    }

    /** Writes the whole table. Records of a partition are written together, so that one buffer serves all of them. */
    void spill(CombinerTable<K, C> table) {
        int[] starts = new int[FAN_OUT + 1];
        for (int slot = 0; slot < table.slots(); slot++) {
            if (table.isUsed(slot)) {
                starts[partition(table, slot) + 1]++;
            }
        }
        for (int p = 0; p < FAN_OUT; p++) {
            starts[p + 1] += starts[p];
        }
        int[] slots = new int[table.size()];
        int[] at = starts.clone();
        for (int slot = 0; slot < table.slots(); slot++) {
            if (table.isUsed(slot)) {
                slots[at[partition(table, slot)]++] = slot;
            }
        }
        for (int p = 0; p < FAN_OUT; p++) {
            if (starts[p] < starts[p + 1]) {
                for (int i = starts[p]; i < starts[p + 1]; i++) {
                    output.write(table.keyAt(slots[i]), table.combinerAt(slots[i]));
                }
                output.endExtent(extentsOf(p));
            }
        }
    }

    private int partition(CombinerTable<K, C> table, int slot) {
        return CombinerTable.mix(table.hashAt(slot), depth + 1) >>> FAN_OUT_SHIFT;
    }

    private Extents extentsOf(int partition) {
        Extents of = extents[partition];
        if (of == null) {
            of = new Extents();
            extents[partition] = of;
        }
        return of;
    }

    /** Reads everything back, partition by partition. */
    LeafSource<K, C> leaves() {
        return new Leaves(output.flush());
    }

    private final class Leaves implements LeafSource<K, C> {
        private final Scratch scratch;
        private int partition;
        private @Nullable LeafSource<K, C> nested;

        Leaves(Scratch scratch) {
            this.scratch = scratch;
        }

        @Override
        public @Nullable CombinerTable<K, C> next() {
            while (true) {
                CombinerTable<K, C> leaf = nested == null ? null : nested.next();
                if (leaf != null) {
                    return leaf;
                }
                nested = null;
                if (partition == FAN_OUT) {
                    context.discard(scratch);
                    return null;
                }
                Extents of = extents[partition++];
                leaf = of == null ? null : load(of);
                if (leaf != null) {
                    return leaf;
                }
            }
        }

        /** Merges one partition in memory; or sets {@link #nested} and returns null, if it does not fit. */
        private @Nullable CombinerTable<K, C> load(Extents of) {
            BoundedTable<K, C, C> table = context.newTable();
            HashPartitions<K, C> parts = null;
            RecordInput<K, C> in = context.read(scratch, of);
            while (in.next()) {
                if (table.add(in.key(), in.combiner())) {
                    if (parts == null) {
                        if (depth + 1 == MAX_DEPTH || table.table().hasOneHash()) {
                            table.clear();
                            nested = new PassLeaves<>(context, scratch, of);
                            return null;
                        }
                        parts = new HashPartitions<>(context, depth + 1);
                    }
                    parts.spill(table.table());
                    table.clear();
                }
            }
            if (parts == null) {
                return table.table();
            }
            parts.spill(table.table());
            table.clear();
            nested = parts.leaves();
            return null;
        }
    }
}
