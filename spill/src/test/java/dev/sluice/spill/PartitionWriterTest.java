// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.codec.Codecs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionWriterTest {
    @TempDir
    Path temp;

    private static long free(MemoryBudget budget, long limit) {
        long free = budget.tryAcquire(limit);
        budget.release(free);
        return free;
    }

    @Test
    void outputThatFitsHasNoFile() throws IOException {
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
            List<Samples.Chunk> chunks = Samples.chunks(1, 5, 100, 300);
            MapOutput output = Samples.write(chunks, 5, budget, dirs, SpillOptions.defaults());
            assertThat(output.file()).isEmpty();
            try (var files = Files.list(dirs.paths().get(0))) {
                assertThat(files).isEmpty();
            }
            for (int p = 0; p < 5; p++) {
                assertThat(Samples.read(output, p)).isEqualTo(Samples.expected(chunks, p));
                assertThat(output.records(p)).isEqualTo(Samples.expectedRecords(chunks, p));
            }
            assertThat(free(budget, 1 << 20)).isLessThan(1 << 20);
            output.close();
            output.close();
            assertThat(free(budget, 1 << 20)).isEqualTo(1 << 20);
        }
    }

    @Test
    void memoryChunksAreReadOnlyViews() {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                MapOutput output = Samples.write(
                        List.of(new Samples.Chunk(0, new byte[] {1, 2, 3}, 1)),
                        1,
                        MemoryBudget.of(1 << 20),
                        dirs,
                        SpillOptions.defaults());
                ChunkReader reader = output.open(0)) {
            ByteBuffer chunk = reader.next();
            assertThat(chunk)
                    .isNotNull()
                    .satisfies(c -> assertThat(c.isReadOnly()).isTrue());
        }
    }

    /** One limit after the other, from nothing to all, over random chunks; the seed is in the name of what fails. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100, 500, 2_000, 20_000, 1 << 20})
    void sameBytesUnderEveryBudget(long limit) {
        for (int round = 0; round < 20; round++) {
            long seed = new Random(limit * 31 + round).nextLong();
            int partitions = 1 + round % 7;
            List<Samples.Chunk> chunks = Samples.chunks(seed, partitions, 10 * round, 100);
            MemoryBudget budget = MemoryBudget.of(limit);
            try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
                MapOutput output = Samples.write(chunks, partitions, budget, dirs, Samples.TINY);
                for (int p = 0; p < partitions; p++) {
                    byte[] expected = Samples.expected(chunks, p);
                    assertThat(Samples.read(output, p))
                            .as("seed=%d limit=%d partition=%d", seed, limit, p)
                            .isEqualTo(expected);
                    assertThat(output.bytes(p)).isEqualTo(expected.length);
                    assertThat(output.records(p)).isEqualTo(Samples.expectedRecords(chunks, p));
                }
                output.close();
                assertThat(free(budget, limit)).isEqualTo(limit);
                assertThat(dirs.paths().get(0)).isEmptyDirectory();
            }
        }
    }

    @Test
    void largeChunksCrossBlocksAndBuffers() {
        List<Samples.Chunk> chunks = Samples.chunks(7, 3, 40, 300_000);
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                MapOutput output = Samples.write(chunks, 3, MemoryBudget.of(0), dirs, SpillOptions.defaults())) {
            for (int p = 0; p < 3; p++) {
                assertThat(Samples.read(output, p)).isEqualTo(Samples.expected(chunks, p));
            }
            assertThat(output.file()).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zlib", "zstd"})
    void everyCodec(String name) throws IOException, InterruptedException {
        SpillOptions options = new SpillOptions(1_000, 3_000, 1_000, Codecs.named(name));
        byte[] text = "the same words and the same words again, ".repeat(500).getBytes(UTF_8);
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        List<Samples.Chunk> chunks = List.of(
                new Samples.Chunk(0, text, 500), new Samples.Chunk(1, noise, 1), new Samples.Chunk(0, text, 500));
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                MapOutput output = Samples.write(chunks, 2, MemoryBudget.of(0), dirs, options);
                Spool spool = new Spool(MemoryBudget.of(0), dirs, options)) {
            for (int p = 0; p < 2; p++) {
                assertThat(Samples.read(output, p)).isEqualTo(Samples.expected(chunks, p));
            }
            long length = Files.size(Samples.fileOf(output));
            if (name.equals("none")) {
                assertThat(length).isGreaterThan(2L * text.length + noise.length);
            } else {
                assertThat(length).isLessThan(text.length / 2 + noise.length);
            }
            spool.append(ByteBuffer.wrap(text));
            spool.complete(text.length, 500);
            assertThat(Samples.drain(spool)).isEqualTo(text);
        }
    }

    @Test
    void filesArePrivateAndGoAtClose() throws IOException {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
            MapOutput output = Samples.write(Samples.chunks(3, 4, 50, 100), 4, MemoryBudget.of(0), dirs, Samples.TINY);
            Path file = Samples.fileOf(output);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(dirs.paths().get(0))))
                    .isEqualTo("rwx------");
            output.close();
            output.close();
            assertThat(file).doesNotExist();
            assertThatThrownBy(() -> output.open(0))
                    .isInstanceOf(SpillException.class)
                    .hasMessage("map output is closed: file=%s partition=0", file);
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void anAbandonedWriterLeavesNothing() {
        MemoryBudget budget = MemoryBudget.of(1_000);
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
            try (PartitionWriter writer = new PartitionWriter(2, budget, dirs, Samples.TINY)) {
                for (int i = 0; i < 100; i++) {
                    writer.write(i % 2, new byte[50], 1);
                }
                assertThat(writer.spilledBytes()).isPositive();
            }
            assertThat(dirs.paths().get(0)).isEmptyDirectory();
        }
        assertThat(free(budget, 1_000)).isEqualTo(1_000);
    }

    @Test
    void readersOutliveTheOutput() {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
            List<Samples.Chunk> chunks = List.of(new Samples.Chunk(0, new byte[] {9, 8, 7}, 1));
            for (long limit : new long[] {0, 1 << 20}) {
                SpillOptions options = new SpillOptions(32, 200, 50, Codecs.none());
                MapOutput output = Samples.write(chunks, 1, MemoryBudget.of(limit), dirs, options);
                try (ChunkReader reader = output.open(0)) {
                    output.close();
                    assertThat(reader.next()).isEqualTo(ByteBuffer.wrap(new byte[] {9, 8, 7}));
                    assertThat(reader.next()).isNull();
                }
            }
        }
    }

    @Test
    void badPartitionsAreRefused() {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                PartitionWriter writer = new PartitionWriter(2, MemoryBudget.of(0), dirs)) {
            assertThatThrownBy(() -> writer.write(2, new byte[1], 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> new PartitionWriter(0, MemoryBudget.of(0), dirs))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no partitions: partitions=0");
        }
    }
}
