// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CombinerTable} that knows when it outgrows what the budget grants. What is added is a value, or a combiner
 * that was spilled before: {@code X} is either.
 */
final class BoundedTable<K, X, C> {
    private final Function<? super X, ? extends C> create;
    private final BiFunction<? super C, ? super X, ? extends C> merge;
    private final RecordCodec<K, C> codec;
    private final Grant grant;
    private final CombinerTable<K, C> table = new CombinerTable<>();
    private final SizeEstimate estimate = new SizeEstimate();
    private long added;
    private int stride = 1;
    private int untilSample = 1;

    BoundedTable(
            Function<? super X, ? extends C> create,
            BiFunction<? super C, ? super X, ? extends C> merge,
            RecordCodec<K, C> codec,
            Grant grant) {
        this.create = create;
        this.merge = merge;
        this.codec = codec;
        this.grant = grant;
    }

    CombinerTable<K, C> table() {
        return table;
    }

    boolean contains(@Nullable K key) {
        return table.find(key, CombinerTable.hash(key)) >= 0;
    }

    /** Adds, and returns whether the table now holds more than is granted; what was added is in it all the same. */
    boolean add(@Nullable K key, X x) {
        int hash = CombinerTable.hash(key);
        int slot = table.find(key, hash);
        if (--untilSample == 0) {
            return addMeasured(key, hash, slot, x);
        }
        if (slot >= 0) {
            table.setCombiner(slot, merge.apply(table.combinerAt(slot), x));
        } else {
            table.put(slot, key, hash, create.apply(x));
        }
        return false;
    }

    private boolean addMeasured(@Nullable K key, int hash, int slot, X x) {
        added += stride;
        untilSample = 1;
        if (slot >= 0) {
            C before = table.combinerAt(slot);
            long bytesBefore = measureBefore(before);
            C after = merge.apply(before, x);
            table.setCombiner(slot, after);
            if (bytesBefore >= 0) {
                estimate.growthSample(codec.measure(null, after, Long.MAX_VALUE) - bytesBefore);
            }
        } else {
            C combiner = create.apply(x);
            table.put(slot, key, hash, combiner);
            estimate.entrySample(codec.measure(key, combiner, Long.MAX_VALUE));
        }
        stride = estimate.stride();
        untilSample = stride;
        return !grant.reserve(estimate.bytes(table.size(), added - table.size()));
    }

    private long measureBefore(C combiner) {
        long bytes = codec.measure(null, combiner, SizeEstimate.CHEAP_BYTES);
        return bytes < 0 && estimate.affordsExpensive() ? codec.measure(null, combiner, Long.MAX_VALUE) : bytes;
    }

    /** Empties the table and gives its memory back; what was learnt about sizes stays. */
    void clear() {
        table.clear();
        added = 0;
        stride = 1;
        untilSample = 1;
        grant.releaseAll();
    }
}
