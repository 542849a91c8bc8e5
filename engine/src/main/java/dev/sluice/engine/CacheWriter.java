// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.MemoryWriter;
import dev.sluice.spill.PartitionWriter;
import dev.sluice.spill.SpillDirectories;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes in one partition that is to be cached, as its level asks. For one thread. */
final class CacheWriter implements AutoCloseable {
    private final @Nullable MemoryWriter memory;
    private final @Nullable PartitionWriter any;

    CacheWriter(Keep keep, MemoryBudget budget, SpillDirectories directories) {
        memory = keep == Keep.MEMORY ? new MemoryWriter(budget) : null;
        any = switch (keep) {
            case MEMORY -> null;
            case MEMORY_AND_DISK -> new PartitionWriter(1, budget, directories);
            case DISK -> new PartitionWriter(1, MemoryBudget.of(0), directories);
        };
    }

    void write(ByteBuffer piece, long records) {
        if (memory != null) {
            memory.write(piece, records);
        } else if (any != null) {
            any.write(0, piece, records);
        }
    }

    /** The whole partition, or null if its level allows memory only and there is no room. */
    @Nullable
    MapOutput finish() {
        return memory != null ? memory.finish().orElse(null) : any != null ? any.finish() : null;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
        if (any != null) {
            any.close();
        }
    }
}
