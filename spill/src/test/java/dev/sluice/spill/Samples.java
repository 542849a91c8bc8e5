// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Chunks by partition from a seed, what should come out, and small helpers that the tests of this package share. */
final class Samples {
    /** Sizes small enough that a few hundred bytes spill. */
    static final SpillOptions TINY = new SpillOptions(32, 200, 50, Codecs.none());

    /** Values gathered in lists. */
    static final Aggregation<Long, List<Long>> GROUP = new Aggregation<>(
            v -> new ArrayList<>(List.of(v)),
            (list, v) -> {
                list.add(v);
                return list;
            },
            (a, b) -> {
                a.addAll(b);
                return a;
            });

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Chunk(int partition, byte[] bytes, long records) {}

    private Samples() {}

    static List<Chunk> chunks(long seed, int partitions, int count, int largest) {
        Random random = new Random(seed);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Squared, so that some partitions are large and some stay empty.
            double skew = random.nextDouble();
            byte[] bytes = new byte[random.nextInt(largest + 1)];
            random.nextBytes(bytes);
            chunks.add(new Chunk((int) (skew * skew * partitions), bytes, random.nextInt(5)));
        }
        return chunks;
    }

    static byte[] expected(List<Chunk> chunks, int partition) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        chunks.stream().filter(c -> c.partition == partition).forEach(c -> out.writeBytes(c.bytes));
        return out.toByteArray();
    }

    static long expectedRecords(List<Chunk> chunks, int partition) {
        return chunks.stream()
                .filter(c -> c.partition == partition)
                .mapToLong(Chunk::records)
                .sum();
    }

    static MapOutput write(
            List<Chunk> chunks, int partitions, MemoryBudget budget, SpillDirectories dirs, SpillOptions options) {
        try (PartitionWriter writer = new PartitionWriter(partitions, budget, dirs, options)) {
            for (Chunk c : chunks) {
                writer.write(c.partition, c.bytes, c.records);
            }
            return writer.finish();
        }
    }

    static byte[] read(MapOutput output, int partition) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ChunkReader reader = output.open(partition)) {
            for (ByteBuffer chunk = reader.next(); chunk != null; chunk = reader.next()) {
                out.writeBytes(bytes(chunk));
            }
        }
        return out.toByteArray();
    }

    static byte[] bytes(@Nullable ByteBuffer chunk) {
        if (chunk == null) {
            throw new AssertionError("no chunk");
        }
        byte[] bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        return bytes;
    }

    static byte[] drain(Spool spool) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer chunk = spool.next(); chunk != null; chunk = spool.next()) {
            out.writeBytes(bytes(chunk));
        }
        return out.toByteArray();
    }

    static Path fileOf(MapOutput output) {
        @Nullable Path file = output.file().orElse(null);
        if (file == null) {
            throw new AssertionError("the output is in memory");
        }
        return file;
    }
}
