// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Compares what surrounds the blocks of a run file with the index that its writer kept. */
final class RunFileCheck {
    private static final int PIECE_BYTES = 64 << 10;

    private RunFileCheck() {}

    /** Fails unless length, header, index and footer are what was written. */
    static void verify(Path path, SpillFile file, RunIndex index, byte codec) {
        long length;
        try {
            length = file.size();
        } catch (IOException e) {
            throw UnreadableRunException.io(path, 0, e);
        }
        if (length != index.fileLength()) {
            throw UnreadableRunException.mismatch(
                    "file length", path, Math.min(length, index.fileLength()), index.fileLength(), length);
        }
        ByteBuffer encoded = index.encode();
        int indexCrc = RunLayout.crc(encoded, 0, encoded.limit());
        BlockSource source = BlockSource.of(path, file);
        compare("header", path, source, 0, RunLayout.header(index.partitions(), codec));
        ByteBuffer footer = RunLayout.footer(index.indexAt(), length, index.partitions(), indexCrc);
        compare("footer", path, source, length - RunFormat.FOOTER_BYTES, footer);
        int actual = crcOf(source, index.indexAt(), encoded.limit());
        if (actual != indexCrc) {
            throw UnreadableRunException.checksum("index", path, index.indexAt(), indexCrc, actual);
        }
    }

    private static void compare(String what, Path path, BlockSource source, long at, ByteBuffer expected) {
        ByteBuffer actual = ByteBuffer.allocate(expected.remaining());
        source.readFully(actual, at);
        if (!actual.flip().equals(expected)) {
            throw UnreadableRunException.checksum(
                    what,
                    path,
                    at + Math.max(0, expected.mismatch(actual)),
                    RunLayout.crc(expected, 0, expected.limit()),
                    RunLayout.crc(actual, 0, actual.limit()));
        }
    }

    private static int crcOf(BlockSource source, long at, long length) {
        CRC32 crc = new CRC32();
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, length));
        for (long done = 0; done < length; done += piece.limit()) {
            piece.clear().limit((int) Math.min(piece.capacity(), length - done));
            source.readFully(piece, at + done);
            crc.update(piece.flip());
        }
        return (int) crc.getValue();
    }
}
