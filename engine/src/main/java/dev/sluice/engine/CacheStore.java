// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.ChunkReader;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.SpillException;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cached partitions, as bytes. A partition is seen whole or not at all. Thread-safe. */
final class CacheStore {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Map<Long, Map<Integer, MapOutput>> datasets = new HashMap<>();

    /**
     * A partition to store.
     *
     * @param dataset the cached node
     * @param partition the partition
     */
    record Slot(Dataset.Cached dataset, int partition) {}

    synchronized boolean complete(Dataset.Cached dataset) {
        Map<Integer, MapOutput> blocks = datasets.get(dataset.id());
        return (blocks == null ? 0 : blocks.size()) == dataset.partitions();
    }

    synchronized void put(Slot slot, MapOutput block) {
        Map<Integer, MapOutput> blocks = datasets.computeIfAbsent(slot.dataset().id(), unused -> new HashMap<>());
        if (blocks.putIfAbsent(slot.partition(), block) != null) {
            block.close();
        }
    }

    synchronized void forget(long dataset) {
        Map<Integer, MapOutput> blocks = datasets.remove(dataset);
        if (blocks != null) {
            blocks.values().forEach(MapOutput::close);
        }
    }

    /** Forgets a partition that cannot be read, unless it was forgotten, or kept anew, before. */
    private synchronized boolean lose(Slot slot, MapOutput lost) {
        Map<Integer, MapOutput> blocks = datasets.get(slot.dataset().id());
        if (blocks == null || !blocks.remove(slot.partition(), lost)) {
            return false;
        }
        lost.close();
        return true;
    }

    synchronized @Nullable TaskInput open(Dataset.Cached dataset, int partition) throws IOException {
        Map<Integer, MapOutput> blocks = datasets.get(dataset.id());
        MapOutput block = blocks == null ? null : blocks.get(partition);
        if (block == null) {
            return null;
        }
        try {
            ChunkReader reader = block.open(0);
            return new Block(new Slot(dataset, partition), block, reader);
        } catch (SpillException e) {
            lose(new Slot(dataset, partition), block);
            return null;
        }
    }

    synchronized void close() {
        datasets.values().forEach(blocks -> blocks.values().forEach(MapOutput::close));
        datasets.clear();
    }

    private final class Block implements TaskInput {
        private final Slot slot;
        private final MapOutput block;
        private final ChunkReader reader;
        private boolean exhausted;

        Block(Slot slot, MapOutput block, ChunkReader reader) {
            this.slot = slot;
            this.block = block;
            this.reader = reader;
        }

        @Override
        public ByteBuffer next() throws IOException {
            try {
                ByteBuffer chunk = reader.next();
                exhausted = chunk == null;
                return chunk == null ? NOTHING : chunk;
            } catch (SpillException e) {
                throw new LostBlockException(
                        "cached partition",
                        "rdd=" + slot.dataset().id() + " partition=" + slot.partition(),
                        () -> lose(slot, block),
                        e);
            }
        }

        @Override
        public boolean exhausted() {
            return exhausted;
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
