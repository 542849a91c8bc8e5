// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A map output in one run file. The index stays in memory; that of the file must agree with it at the first open. */
final class FileOutput implements MapOutput {
    private final Path path;
    private final SpillDirectories directories;
    private final RunIndex index;
    private final Codec codec;
    private volatile boolean verified;
    private volatile boolean closed;

    FileOutput(Path path, SpillDirectories directories, RunIndex index, Codec codec) {
        this.path = path;
        this.directories = directories;
        this.index = index;
        this.codec = codec;
    }

    /** The same file, to be verified anew. */
    FileOutput unverified() {
        return new FileOutput(path, directories, index, codec);
    }

    @Override
    public int partitions() {
        return index.partitions();
    }

    @Override
    public long bytes(int partition) {
        return index.bytes(partition);
    }

    @Override
    public long records(int partition) {
        return index.records(partition);
    }

    @Override
    public ChunkReader open(int partition) {
        Objects.checkIndex(partition, index.partitions());
        if (closed) {
            throw new SpillException("map output is closed: file=" + path + " partition=" + partition);
        }
        SpillFile file;
        try {
            file = directories.files().open(path);
        } catch (IOException e) {
            throw UnreadableRunException.io(path, index.offset(partition), e);
        }
        try {
            if (!verified) {
                RunFileCheck.verify(path, file, index, codec.id());
                verified = true;
            }
        } catch (RuntimeException e) {
            closeFile(file, e);
            throw e;
        }
        return new Reader(file, partition);
    }

    private static void closeFile(SpillFile file, RuntimeException e) {
        try {
            file.close();
        } catch (IOException second) {
            e.addSuppressed(second);
        }
    }

    @Override
    public Optional<Path> file() {
        return Optional.of(path);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        directories.delete(path);
    }

    private final class Reader implements ChunkReader {
        private final SpillFile file;
        private final int partition;
        private final BlockInput blocks;
        private boolean closed;

        Reader(SpillFile file, int partition) {
            this.file = file;
            this.partition = partition;
            this.blocks = new BlockInput(BlockSource.of(path, file), codec);
            blocks.range(index.offset(partition), index.stored(partition));
        }

        @Override
        public @Nullable ByteBuffer next() {
            ByteBuffer chunk = blocks.next();
            if (chunk == null) {
                checkWhole();
            }
            return chunk;
        }

        private void checkWhole() {
            String what = "partition " + partition;
            if (blocks.headersCrc() != index.headersCrc(partition)) {
                throw UnreadableRunException.checksum(
                        what, path, index.offset(partition), index.headersCrc(partition), blocks.headersCrc());
            }
            if (blocks.bytes() != index.bytes(partition)) {
                throw UnreadableRunException.mismatch(
                        what + " length", path, index.offset(partition), index.bytes(partition), blocks.bytes());
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                file.close();
            } catch (IOException e) {
                // What was read is verified, and the kernel frees the descriptor all the same.
                return;
            }
        }
    }
}
