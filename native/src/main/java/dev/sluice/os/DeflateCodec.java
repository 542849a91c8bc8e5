// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.ByteBuffer;

/**
 * Deflate over whole buffers, by one library in one format; safe for use by many threads. It has no streams on purpose:
 * its fastest implementation has none, and our blocks are whole buffers. Direct buffers are used in place; heap buffers
 * cost one copy with the native implementations. Implementations are in {@link DeflateCodecs}; to test code that uses
 * one, take {@link DeflateCodecs#jdk}.
 */
public interface DeflateCodec {

    /**
     * Compresses all of the source.
     *
     * @param source what to compress; its position advances to its limit
     * @param destination receives one stream or gzip member; its position advances. {@link #bound} bytes always suffice
     * @param level 0 (stored) or 1 (fast) to {@link #maxLevel} (small)
     * @throws DeflateException where the destination is too small; both positions are then unchanged
     * @throws IllegalArgumentException where this implementation does not have the level
     */
    void compress(ByteBuffer source, ByteBuffer destination, int level);

    /**
     * Decompresses one stream or gzip member. The destination's remaining bytes are the bound: a bomb fails when they
     * are used up.
     *
     * @param source begins with the stream; its position advances to the stream's end, which may be before its limit
     * @param destination receives the data; its position advances
     * @throws DeflateException where the data are corrupt, or more than the destination has room for; both positions are
     *     then unchanged, and the destination's content is not defined
     */
    void decompress(ByteBuffer source, ByteBuffer destination);

    /**
     * The format that is written and read.
     *
     * @return the format
     */
    DeflateFormat format();

    /**
     * The highest level: 9, or 12 with libdeflate.
     *
     * @return the highest level that {@link #compress} takes
     */
    int maxLevel();

    /**
     * A size that the compressed form of any data of that length never exceeds, in any format and implementation.
     *
     * @param length bytes to compress
     * @return bytes
     * @throws IllegalArgumentException where no buffer could be so large
     */
    static int bound(int length) {
        long bound = length + (length >> 9) + 64L;
        if (length < 0 || bound > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("cannot be compressed in one buffer: length=" + length);
        }
        return (int) bound;
    }
}
