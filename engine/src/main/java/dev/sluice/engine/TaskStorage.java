// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codec;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillOptions;
import dev.sluice.spill.Spool;
import org.jspecify.annotations.Nullable;

/** Where tasks put what they make: map output and partitions to be cached, within budgets. Thread-safe. */
public final class TaskStorage {
    private final MemoryBudget shuffleBudget;
    private final MemoryBudget cacheBudget;
    private final SpillDirectories directories;
    private final SpillOptions packed;
    private final Sharing sharing;

    /** Makes outputs readable for whoever is to read them. */
    @FunctionalInterface
    public interface Sharing {
        /** Leaves outputs to be read in this process. */
        Sharing NONE = (output, keep) -> output;

        /**
         * Takes an output that is whole.
         *
         * @param output the output; ownership goes with it
         * @param keep where its bytes may be if it is a partition to be cached; null for map output
         * @return itself, or what takes its place; null if a partition to be cached has no room
         */
        @Nullable
        MapOutput share(MapOutput output, @Nullable Keep keep);
    }

    /**
     * Makes storage.
     *
     * @param shuffleBudget memory for map outputs and results on their way
     * @param cacheBudget memory for cached partitions
     * @param directories where to spill
     * @param codec how map output is packed where it goes to a file
     * @param sharing makes every whole output readable for whoever is to read it
     */
    public TaskStorage(
            MemoryBudget shuffleBudget,
            MemoryBudget cacheBudget,
            SpillDirectories directories,
            Codec codec,
            Sharing sharing) {
        this.shuffleBudget = shuffleBudget;
        this.cacheBudget = cacheBudget;
        this.directories = directories;
        this.packed = SpillOptions.defaults().with(codec);
        this.sharing = sharing;
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

    @Nullable
    MapOutput share(MapOutput output, @Nullable Keep keep) {
        return sharing.share(output, keep);
    }

    void close() {
        directories.close();
    }
}
