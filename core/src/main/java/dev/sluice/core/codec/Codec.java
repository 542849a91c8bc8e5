// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import dev.sluice.core.CorruptDataException;

/**
 * Compresses and restores blocks of bytes. A block stands alone, so that it can carry its own checksum and be read again
 * without what came before; hence there are no streams here. Implementations are immutable and safe for any number of
 * threads. A codec of one's own passes the tests in {@code CodecContract}.
 */
public interface Codec {
    /** The longest block in bytes, compressed or not; what a codec adds to it still fits into an array. */
    int MAX_BLOCK = 1 << 30;

    /** {@return the name by which settings choose the codec, such as {@code zlib}} */
    String name();

    /** {@return the number by which files name the codec} It never changes its meaning. */
    byte id();

    /**
     * Compresses a block.
     *
     * @param source has the block
     * @param offset where the block begins
     * @param length the block's length in bytes, at most {@link #MAX_BLOCK}
     * @return the compressed block, to be restored by {@link #decompress}
     * @throws IndexOutOfBoundsException if offset and length are not within the array
     * @throws IllegalArgumentException if the block is too long
     */
    byte[] compress(byte[] source, int offset, int length);

    /**
     * Restores a block.
     *
     * @param source has the compressed block
     * @param offset where the compressed block begins
     * @param length the compressed block's length in bytes; nothing may follow the block within it
     * @param limit the most bytes that the block may have had; memory of this order is all that is ever allocated
     * @return the block
     * @throws IndexOutOfBoundsException if offset and length are not within the array
     * @throws CorruptDataException if the bytes are not a whole compressed block, or the block is longer than the limit
     */
    byte[] decompress(byte[] source, int offset, int length, int limit);
}
