// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.SpillException;
import dev.sluice.spill.StoredBlock;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cached partitions, as bytes. A partition is seen whole or not at all. Of each it is known which worker may have it as
 * objects too, so that the next task over it goes there. Thread-safe.
 */
final class CacheStore {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Map<Long, Map<Integer, Stored>> datasets = new HashMap<>();

    /**
     * A partition to store.
     *
     * @param dataset the cached node
     * @param partition the partition
     */
    record Slot(Dataset.Cached dataset, int partition) {}

    synchronized boolean complete(Dataset.Cached dataset) {
        Map<Integer, Stored> blocks = datasets.get(dataset.id());
        return (blocks == null ? 0 : blocks.size()) == dataset.partitions();
    }

    /** Keeps what an attempt in {@code worker} made, unless another was first. */
    synchronized void put(Slot slot, MapOutput block, long attemptId, WorkerHandle worker) {
        Map<Integer, Stored> blocks = datasets.computeIfAbsent(slot.dataset().id(), unused -> new HashMap<>());
        if (blocks.putIfAbsent(slot.partition(), new Stored(block, attemptId, worker)) != null) {
            block.close();
        }
    }

    /** Frees a node's partitions; returns the workers that may have some of them as objects. */
    synchronized Set<WorkerHandle> forget(long dataset) {
        Set<WorkerHandle> holders = new HashSet<>();
        Map<Integer, Stored> blocks = datasets.remove(dataset);
        if (blocks != null) {
            for (Stored stored : blocks.values()) {
                stored.block.close();
                holders.add(stored.holder);
            }
        }
        return holders;
    }

    /** Forgets a partition that cannot be read, unless it was forgotten, or kept anew, before. */
    private synchronized boolean lose(Slot slot, Stored lost) {
        Map<Integer, Stored> blocks = datasets.get(slot.dataset().id());
        if (blocks == null || !blocks.remove(slot.partition(), lost)) {
            return false;
        }
        lost.block.close();
        return true;
    }

    /** Notes that a worker has read a partition whole, and keeps what it read. */
    synchronized void adopt(Slot slot, WorkerHandle worker) {
        Stored stored = stored(slot);
        if (stored != null) {
            stored.holder = worker;
        }
    }

    /** Returns the worker that may have a partition as objects; null if there is none. */
    synchronized @Nullable WorkerHandle holder(Slot slot) {
        Stored stored = stored(slot);
        return stored == null || stored.holder.ended() ? null : stored.holder;
    }

    synchronized @Nullable Block open(Slot slot, boolean inPlace) throws IOException {
        Stored stored = stored(slot);
        if (stored == null) {
            return null;
        }
        try {
            return new Block(slot, stored, !stored.holder.ended(), inPlace ? null : stored.block.open(0));
        } catch (SpillException e) {
            lose(slot, stored);
            return null;
        }
    }

    /** Forgets the partitions whose files are gone with the process that had them. */
    synchronized void loseIf(Predicate<MapOutput> gone) {
        datasets.values().forEach(blocks -> blocks.values().removeIf(stored -> gone.test(stored.block)));
    }

    private @Nullable Stored stored(Slot slot) {
        Map<Integer, Stored> blocks = datasets.get(slot.dataset().id());
        return blocks == null ? null : blocks.get(slot.partition());
    }

    /** Tells what is kept, in the order of the nodes. */
    synchronized List<CachedDataset> sizes() {
        List<CachedDataset> sizes = new ArrayList<>();
        new TreeMap<>(datasets).forEach((id, blocks) -> {
            long bytes = 0;
            long onDisk = 0;
            for (Stored stored : blocks.values()) {
                bytes += stored.block.bytes(0);
                onDisk += stored.block.file().isPresent() ? stored.block.bytes(0) : 0;
            }
            sizes.add(new CachedDataset(id, blocks.size(), bytes, onDisk));
        });
        return sizes;
    }

    synchronized void close() {
        datasets.values().forEach(blocks -> blocks.values().forEach(stored -> stored.block.close()));
        datasets.clear();
    }

    /** A partition, the attempt that made it, and the worker that was last known to have it as objects. */
    private static final class Stored {
        private final MapOutput block;
        private final long attemptId;
        private WorkerHandle holder;

        Stored(MapOutput block, long attemptId, WorkerHandle holder) {
            this.block = block;
            this.attemptId = attemptId;
            this.holder = holder;
        }
    }

    /** A partition that a task reads. */
    final class Block implements InputBlocks {
        private final Slot slot;
        private final Stored stored;
        private final boolean held;
        private final @Nullable ChunkReader reader;
        private boolean exhausted;

        private Block(Slot slot, Stored stored, boolean held, @Nullable ChunkReader reader) {
            this.slot = slot;
            this.stored = stored;
            this.held = held;
            this.reader = reader;
        }

        /** The attempt whose output it is; names its copies. */
        long attemptId() {
            return stored.attemptId;
        }

        /** Tells whether a worker that lives may have it as objects. */
        boolean held() {
            return held;
        }

        @Override
        public ByteBuffer next() throws IOException {
            try {
                ByteBuffer chunk = reader == null ? null : reader.next();
                exhausted = chunk == null;
                return chunk == null ? NOTHING : chunk;
            } catch (SpillException e) {
                throw lost(0, e);
            }
        }

        @Override
        public List<StoredBlock> blocks() {
            return stored.block.bytes(0) == 0 ? List.of() : List.of(stored.block.block(0));
        }

        @Override
        public LostBlockException lost(int block, Throwable cause) {
            return new LostBlockException(
                    "cached partition",
                    "rdd=" + slot.dataset().id() + " partition=" + slot.partition(),
                    () -> lose(slot, stored),
                    cause);
        }

        @Override
        public boolean exhausted() {
            return exhausted;
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
