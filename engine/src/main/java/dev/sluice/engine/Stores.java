// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codec;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillOptions;
import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskInput;
import java.io.IOException;

/** What an engine keeps between tasks: map outputs and cached partitions, within their budgets. */
final class Stores {
    private final MemoryBudget shuffleBudget;
    private final MemoryBudget cacheBudget;
    private final SpillDirectories directories;
    private final SpillOptions packed;
    private final ShuffleStore shuffles = new ShuffleStore();
    private final CacheStore cache = new CacheStore();

    Stores(MemoryBudget shuffleBudget, MemoryBudget cacheBudget, SpillDirectories directories, Codec codec) {
        this.shuffleBudget = shuffleBudget;
        this.cacheBudget = cacheBudget;
        this.directories = directories;
        this.packed = SpillOptions.defaults().with(codec);
    }

    ShuffleStore shuffles() {
        return shuffles;
    }

    CacheStore cache() {
        return cache;
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

    void close() {
        shuffles.close();
        cache.close();
        directories.close();
    }

    static void closeQuietly(TaskInput input) {
        try {
            input.close();
        } catch (IOException e) {
            // Reading is over; nothing depends on how it closes.
        }
    }
}
