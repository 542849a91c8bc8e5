// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Bytes at positions, of one file or of several that continue each other. */
interface BlockSource {
    /** Reads once, as {@link SpillFile#read}. */
    int read(ByteBuffer target, long position) throws IOException;

    /** Tells where a position really lies, for messages. */
    Location locate(long position);

    /** A file and an offset in it. */
    record Location(Path file, long offset) {}

    /** The plain case: positions are those of one file. */
    static BlockSource of(Path path, SpillFile file) {
        return new BlockSource() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return file.read(target, position);
            }

            @Override
            public Location locate(long position) {
                return new Location(path, position);
            }
        };
    }

    /** Reads until {@code target} is full, or fails naming where the bytes end. */
    default void readFully(ByteBuffer target, long position) {
        long at = position;
        while (target.hasRemaining()) {
            int n;
            try {
                n = read(target, at);
            } catch (IOException e) {
                Location where = locate(at);
                throw UnreadableRunException.io(where.file(), where.offset(), e);
            }
            if (n < 0) {
                Location where = locate(at);
                throw UnreadableRunException.mismatch(
                        "length", where.file(), where.offset(), where.offset() + target.remaining(), where.offset());
            }
            at += n;
        }
    }
}
