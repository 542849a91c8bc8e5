// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import org.jspecify.annotations.Nullable;

/**
 * Reads records that no hash takes apart, in several passes: each takes as many keys as fit and completes them, and
 * writes the records of all other keys to a file for the next pass. Needs nothing of a key but equality, and gets on by
 * at least one key a pass.
 */
final class PassLeaves<K, C> implements LeafSource<K, C> {
    private final SpillContext<K, C> context;
    private @Nullable Scratch source;
    private Extents extents;
    private boolean owned;

    /** Starts with records in a file that belongs to someone else. */
    PassLeaves(SpillContext<K, C> context, Scratch source, Extents extents) {
        this.context = context;
        this.source = source;
        this.extents = extents;
    }

    @Override
    public @Nullable CombinerTable<K, C> next() {
        Scratch from = source;
        if (from == null) {
            return null;
        }
        BoundedTable<K, C, C> table = context.newTable();
        RecordOutput<K, C> rest = null;
        boolean full = false;
        RecordInput<K, C> in = context.read(from, extents);
        while (in.next()) {
            if (!full || table.contains(in.key())) {
                full |= table.add(in.key(), in.combiner());
            } else {
                rest = rest == null ? context.newOutput() : rest;
                rest.write(in.key(), in.combiner());
            }
        }
        if (owned) {
            context.discard(from);
        }
        owned = true;
        extents = new Extents();
        if (rest == null) {
            source = null;
        } else {
            rest.endExtent(extents);
            source = rest.flush();
        }
        return table.table();
    }
}
