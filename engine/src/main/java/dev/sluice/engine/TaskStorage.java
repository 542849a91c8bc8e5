// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codec;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillOptions;
import dev.sluice.spill.Spool;
import java.util.function.UnaryOperator;

/** Where tasks put what they make: map output and partitions to be cached, within budgets. Thread-safe. */
public final class TaskStorage {
    private final MemoryBudget shuffleBudget;
    private final MemoryBudget cacheBudget;
    private final SpillDirectories directories;
    private final SpillOptions packed;
    private final UnaryOperator<MapOutput> finished;

    /**
     * Makes storage.
     *
     * @param shuffleBudget memory for map outputs and results on their way
     * @param cacheBudget memory for cached partitions
     * @param directories where to spill
     * @param codec how map output is packed where it goes to a file
     * @param finished takes every output that is whole, and returns it, or what takes its place where others read it
     */
    public TaskStorage(
            MemoryBudget shuffleBudget,
            MemoryBudget cacheBudget,
            SpillDirectories directories,
            Codec codec,
            UnaryOperator<MapOutput> finished) {
        this.shuffleBudget = shuffleBudget;
        this.cacheBudget = cacheBudget;
        this.directories = directories;
        this.packed = SpillOptions.defaults().with(codec);
        this.finished = finished;
    }

    Spool newSpool() {
        return new Spool(shuffleBudget, directories);
    }

    PartitionWriter newMapWriter(int partitions) {
        return new PartitionWriter(partitions, shuffleBudget, directories, packed);
    }

    CacheWriter newCacheWriter(Keep keep) {
        return new CacheWriter(keep, cacheBudget, directories);
    }

    MapOutput finished(MapOutput output) {
        return finished.apply(output);
    }

    void close() {
        directories.close();
    }
}
