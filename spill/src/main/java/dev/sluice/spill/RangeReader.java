// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads one partition of a run file, and checks at its end that it was whole. */
final class RangeReader implements ChunkReader {
    private final Path path;
    private final SpillFile file;
    private final String what;
    private final long offset;
    private final long expectedBytes;
    private final int expectedCrc;
    private final BlockInput blocks;
    private boolean closed;

    RangeReader(
            Path path, SpillFile file, Codec codec, String what, long offset, long stored, long bytes, int headersCrc) {
        this.path = path;
        this.file = file;
        this.what = what;
        this.offset = offset;
        this.expectedBytes = bytes;
        this.expectedCrc = headersCrc;
        this.blocks = new BlockInput(BlockSource.of(path, file), codec);
        blocks.range(offset, stored);
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
        if (blocks.headersCrc() != expectedCrc) {
            throw UnreadableRunException.checksum(what, path, offset, expectedCrc, blocks.headersCrc());
        }
        if (blocks.bytes() != expectedBytes) {
            throw UnreadableRunException.mismatch(what + " length", path, offset, expectedBytes, blocks.bytes());
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
