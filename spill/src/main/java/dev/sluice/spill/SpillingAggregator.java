// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Combines the values of equal keys, in memory as long as the budget grants it and over files beyond that, with the same
 * result. Keys are compared by {@code equals} and {@code hashCode}, also those that come back from a file; null is a key,
 * and NaN is one key.
 *
 * <p>Memory is counted by measured sizes: a sample of keys and combiners is serialized and counted, see {@code
 * SizeEstimate}. A single combiner that outgrows the memory stays in memory while it is merged. What spills is cut by
 * hash into 32 partitions, and a partition that still does not fit is cut again by another hash; keys with equal hashes,
 * which nothing takes apart, are completed in several passes.
 *
 * <p>For one thread. After an exception, of the user's functions too, only {@link #close} is of use.
 *
 * @param <K> a key
 * @param <V> a value
 * @param <C> a combiner
 */
public final class SpillingAggregator<K, V, C> implements AutoCloseable {
    private final SpillContext<K, C> context;
    private final BoundedTable<K, V, C> table;
    private @Nullable HashPartitions<K, C> partitions;
    private boolean reading;
    private boolean closed;

    /**
     * Makes an empty aggregator with the default sizes.
     *
     * @param aggregation what to do with values
     * @param keys serializes keys
     * @param combiners serializes combiners
     * @param budget where memory comes from; 1 MiB may be used in any case
     * @param directories where files go
     */
    public SpillingAggregator(
            Aggregation<V, C> aggregation,
            Serializer<K> keys,
            Serializer<C> combiners,
            MemoryBudget budget,
            SpillDirectories directories) {
        this(aggregation, keys, combiners, budget, directories, SpillOptions.defaults());
    }

    /**
     * Makes an empty aggregator.
     *
     * @param aggregation what to do with values
     * @param keys serializes keys
     * @param combiners serializes combiners
     * @param budget where memory comes from
     * @param directories where files go
     * @param options sizes
     */
    public SpillingAggregator(
            Aggregation<V, C> aggregation,
            Serializer<K> keys,
            Serializer<C> combiners,
            MemoryBudget budget,
            SpillDirectories directories,
            SpillOptions options) {
        Grant grant = new Grant(budget, options.floorBytes(), options.grainBytes());
        RecordCodec<K, C> codec = new RecordCodec<>(keys, combiners);
        context = new SpillContext<>(aggregation.mergeCombiners(), codec, grant, directories, options);
        table = new BoundedTable<>(aggregation.createCombiner(), aggregation.mergeValue(), codec, grant);
    }

    /**
     * Adds a value.
     *
     * @param key may be null; must not change as long as this is open
     * @param value goes to {@code createCombiner} or {@code mergeValue} at once
     * @throws SpillException if no directory can take what must be spilled
     */
    public void insert(@Nullable K key, V value) {
        if (reading || closed) {
            throw new IllegalStateException(
                    "cannot insert: the aggregator " + (closed ? "is closed" : "is being read"));
        }
        if (table.add(key, value)) {
            spill();
        }
    }

    private HashPartitions<K, C> spill() {
        HashPartitions<K, C> into = partitions;
        if (into == null) {
            into = new HashPartitions<>(context, 0);
            partitions = into;
        }
        into.spill(table.table());
        table.clear();
        return into;
    }

    /**
     * Reads the result, in no particular order, once. Entries are read from files while the iterator advances.
     *
     * @return an entry for each key
     */
    public Iterator<Map.Entry<K, C>> iterator() {
        startReading();
        if (partitions == null) {
            return table.table().entries();
        }
        return new LeafIterator<>(spill().leaves());
    }

    /**
     * Reads the result in order of key, once.
     *
     * @param order compares keys, null too if there is one; keys that it takes for equal stay apart, in any order
     * @return an entry for each key
     */
    public Iterator<Map.Entry<K, C>> iterator(Comparator<? super K> order) {
        startReading();
        if (partitions == null) {
            return SortedRuns.sorted(table.table(), order).iterator();
        }
        LeafSource<K, C> leaves = spill().leaves();
        SortedRuns<K, C> runs = new SortedRuns<>(context, order);
        for (CombinerTable<K, C> leaf = leaves.next(); leaf != null; leaf = leaves.next()) {
            runs.add(leaf);
        }
        return runs.merge();
    }

    private void startReading() {
        if (reading || closed) {
            throw new IllegalStateException(
                    "cannot read: the aggregator " + (closed ? "is closed" : "was read already"));
        }
        reading = true;
    }

    /**
     * Tells how much was written to files so far.
     *
     * @return bytes, 0 while all is in memory
     */
    public long spilledBytes() {
        return context.spilledBytes();
    }

    /** Frees memory and files; closing again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            table.clear();
            context.close();
        }
    }

    private static final class LeafIterator<K, C> implements Iterator<Map.Entry<K, C>> {
        private final LeafSource<K, C> leaves;
        private @Nullable Iterator<Map.Entry<K, C>> leaf;

        LeafIterator(LeafSource<K, C> leaves) {
            this.leaves = leaves;
            advance();
        }

        private void advance() {
            while (leaf == null || !leaf.hasNext()) {
                // Let go before the next one is read: only one table fits.
                leaf = null;
                CombinerTable<K, C> next = leaves.next();
                if (next == null) {
                    return;
                }
                leaf = next.entries();
            }
        }

        @Override
        public boolean hasNext() {
            return leaf != null;
        }

        @Override
        public Map.Entry<K, C> next() {
            if (leaf == null) {
                throw new NoSuchElementException();
            }
            Map.Entry<K, C> entry = leaf.next();
            if (!leaf.hasNext()) {
                advance();
            }
            return entry;
        }
    }
}
