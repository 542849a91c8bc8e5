// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spilled bytes that are damaged before they are read back, by a merge or by the reader of a spool. */
class ScratchDamageTest {
    @TempDir
    Path temp;

    /** A file system that damages what is written to the n-th byte overall, by a bit, or loses all from there on. */
    private static final class Damaging implements SpillFiles {
        private final FailingFiles files = new FailingFiles();
        private long bit = -1;
        private long cut = Long.MAX_VALUE;
        private long written;

        @Override
        public SpillFile create(Path path) throws IOException {
            return new Wrapped(files.create(path), path.toString().contains("scratch"));
        }

        @Override
        public SpillFile open(Path path) throws IOException {
            return files.open(path);
        }

        @Override
        public void delete(Path path) throws IOException {
            files.delete(path);
        }

        @Override
        public long freeSpace(Path directory) throws IOException {
            return files.freeSpace(directory);
        }

        private final class Wrapped implements SpillFile {
            private final SpillFile file;
            private final boolean damage;

            Wrapped(SpillFile file, boolean damage) {
                this.file = file;
                this.damage = damage;
            }

            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return file.read(target, position);
            }

            @Override
            public void write(ByteBuffer source, long position) throws IOException {
                if (!damage) {
                    file.write(source, position);
                    return;
                }
                byte[] bytes = Samples.bytes(source);
                if (bit >= 0 && bit / 8 >= position && bit / 8 < position + bytes.length) {
                    bytes[(int) (bit / 8 - position)] ^= (byte) (1 << (bit % 8));
                }
                written = Math.max(written, position + bytes.length);
                int keep = (int) Math.max(0, Math.min(bytes.length, cut - position));
                file.write(ByteBuffer.wrap(bytes, 0, keep), position);
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        }
    }

    private interface Work {
        void run(SpillDirectories dirs) throws InterruptedException;
    }

    private byte[] data = {};

    @BeforeEach
    void makeData() {
        data = new byte[700];
        new Random(3).nextBytes(data);
    }

    private void merge(SpillDirectories dirs) {
        List<Samples.Chunk> chunks = List.of(new Samples.Chunk(1, data, 1), new Samples.Chunk(0, data, 1));
        Samples.write(chunks, 2, MemoryBudget.of(0), dirs, Samples.TINY).close();
    }

    private void spool(SpillDirectories dirs) throws InterruptedException {
        try (Spool spool = new Spool(MemoryBudget.of(0), dirs, Samples.TINY)) {
            spool.append(ByteBuffer.wrap(data));
            spool.complete(data.length, 1);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            try {
                got.writeBytes(Samples.drain(spool));
            } catch (UnreadableRunException e) {
                assertThatThrownBy(spool::next).as("the error stays").hasMessageContaining("task output failed");
                throw e;
            }
            assertThat(got.toByteArray()).isEqualTo(data);
        }
    }

    private void sweep(Work work) throws InterruptedException {
        Damaging files = new Damaging();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp), files)) {
            work.run(dirs);
            long length = files.written;
            assertThat(length).isGreaterThan(500);
            for (long bit = 0; bit < Math.min(length, 1024) * 8; bit++) {
                files.bit = bit;
                check(() -> work.run(dirs), "bit", bit);
            }
            files.bit = -1;
            for (long cut = 0; cut < length; cut++) {
                files.cut = cut;
                check(() -> work.run(dirs), "cut", cut);
            }
        }
        assertThat(files.files.openCount()).isZero();
        assertThat(files.files.existing()).isEmpty();
    }

    private interface Throwing {
        void run() throws InterruptedException;
    }

    private static void check(Throwing work, String what, long at) {
        assertThatThrownBy(work::run)
                .as("%s=%d", what, at)
                .isInstanceOf(UnreadableRunException.class)
                .hasMessageContaining("file=/")
                .hasMessageContaining("offset=")
                .hasMessageContaining("expected=")
                .hasMessageContaining("actual=");
    }

    @Test
    void everyBitAndCutBeforeAMerge() throws InterruptedException {
        sweep(this::merge);
    }

    @Test
    void everyBitAndCutBeforeASpoolIsRead() throws InterruptedException {
        sweep(this::spool);
    }
}
