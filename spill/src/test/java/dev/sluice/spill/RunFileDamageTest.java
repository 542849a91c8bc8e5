// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.codec.Codecs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every truncation and every flipped bit of a file of at most 1 KiB is an error that names file, offset and both sums. */
class RunFileDamageTest {
    private static final int PARTITIONS = 4;
    private static final List<Samples.Chunk> CHUNKS = Samples.chunks(11, PARTITIONS, 20, 50);

    @TempDir
    Path temp;

    private List<Samples.Chunk> chunks = CHUNKS;
    private SpillOptions options = Samples.TINY;
    private final FailingFiles files = new FailingFiles();

    @SuppressWarnings("NullAway.Init")
    private SpillDirectories dirs;

    @BeforeEach
    void open() {
        dirs = SpillDirectories.open(List.of(temp), files);
    }

    @AfterEach
    void close() {
        assertThat(files.openCount()).isZero();
        dirs.close();
    }

    private FileOutput output() {
        return (FileOutput) Samples.write(chunks, PARTITIONS, MemoryBudget.of(0), dirs, options);
    }

    /** Reads everything; where a partition can be read at all, it must be right. Returns how many could not. */
    private int damagedPartitions(MapOutput output, Path file) {
        int damaged = 0;
        for (int p = 0; p < PARTITIONS; p++) {
            byte[] actual;
            try {
                actual = Samples.read(output, p);
            } catch (UnreadableRunException e) {
                damaged++;
                assertThat(e).hasMessageContaining("file=" + file).hasMessageContaining("offset=" + e.offset());
                assertThat(e).hasMessageContaining("expected=").hasMessageContaining("actual=");
                assertThat(e.file()).isEqualTo(file);
                continue;
            }
            assertThat(actual).isEqualTo(Samples.expected(chunks, p));
        }
        return damaged;
    }

    @Test
    void everyTruncation() {
        FileOutput whole = output();
        Path file = Samples.fileOf(whole);
        byte[] content = files.content(file);
        assertThat(content.length).isBetween(300, 1024);
        for (int length = 0; length < content.length; length++) {
            files.replace(file, Arrays.copyOf(content, length));
            try {
                assertThat(damagedPartitions(fresh(whole), file))
                        .as("length=%d", length)
                        .isEqualTo(PARTITIONS);
            } finally {
                files.replace(file, content);
            }
        }
        assertThat(damagedPartitions(whole, file)).isZero();
    }

    @Test
    void everyTruncationAfterTheFirstRead() {
        FileOutput output = output();
        Path file = Samples.fileOf(output);
        assertThat(damagedPartitions(output, file)).isZero();
        byte[] content = files.content(file);
        int dataEnd = content.length - RunFormat.FOOTER_BYTES - PARTITIONS * RunFormat.INDEX_ENTRY_BYTES;
        for (int length = 0; length < dataEnd; length++) {
            files.replace(file, Arrays.copyOf(content, length));
            assertThat(damagedPartitions(output, file)).as("length=%d", length).isPositive();
        }
    }

    @Test
    void everyBit() {
        FileOutput output = output();
        Path file = Samples.fileOf(output);
        byte[] content = files.content(file);
        for (int bit = 0; bit < content.length * 8; bit++) {
            content[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(damagedPartitions(fresh(output), file)).as("bit=%d", bit).isPositive();
            content[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        assertThat(damagedPartitions(output, file)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void everyBitAndTruncationOfCompressedBlocks(String codec) {
        byte[] text = "again and ".repeat(60).getBytes(UTF_8);
        chunks = List.of(new Samples.Chunk(3, text, 60), new Samples.Chunk(1, text, 60));
        options = new SpillOptions(200, 400, 100, Codecs.named(codec));
        everyTruncation();
        everyBit();
    }

    @Test
    void blocksInTheWrongOrder() {
        FileOutput output = output();
        Path file = Samples.fileOf(output);
        byte[] content = files.content(file);
        int whole = RunFormat.BLOCK_HEADER_BYTES + Samples.TINY.blockBytes();
        assertThat(output.bytes(0)).isGreaterThan(2L * Samples.TINY.blockBytes());
        byte[] first = Arrays.copyOfRange(content, RunFormat.HEADER_BYTES, RunFormat.HEADER_BYTES + whole);
        System.arraycopy(content, RunFormat.HEADER_BYTES + whole, content, RunFormat.HEADER_BYTES, whole);
        System.arraycopy(first, 0, content, RunFormat.HEADER_BYTES + whole, whole);
        assertThatThrownBy(() -> Samples.read(output, 0))
                .isInstanceOf(UnreadableRunException.class)
                .hasMessageContaining("what=partition 0 checksum");
    }

    @Test
    void anotherFileInItsPlace() {
        FileOutput output = output();
        Path file = Samples.fileOf(output);
        MapOutput other = Samples.write(
                Samples.chunks(12, PARTITIONS, 20, 50), PARTITIONS, MemoryBudget.of(0), dirs, Samples.TINY);
        files.replace(file, files.content(Samples.fileOf(other)));
        assertThat(damagedPartitions(output, file)).isEqualTo(PARTITIONS);
    }

    @Test
    void aFileThatIsGone() throws Exception {
        FileOutput output = output();
        Path file = Samples.fileOf(output);
        files.delete(file);
        assertThatThrownBy(() -> output.open(2))
                .isInstanceOf(UnreadableRunException.class)
                .hasMessageContaining("spill file cannot be read: file=" + file)
                .hasMessageContaining("the task that wrote it must run again");
    }

    /** The same file and index, not yet verified. */
    private FileOutput fresh(FileOutput output) {
        return output.unverified();
    }
}
