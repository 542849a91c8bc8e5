// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.frame;

import java.nio.ByteBuffer;

/**
 * The layout of a frame, big-endian:
 *
 * <pre>
 *  0       1       2               4                       8                               16
 *  +-------+-------+---------------+-----------------------+-------------------------------+---------
 *  | type  | flags | zero (u16)    | stream id (u32)       | payload length in bytes (u64) | payload
 *  +-------+-------+---------------+-----------------------+-------------------------------+---------
 * </pre>
 *
 * The meaning of the stream id depends on the type: an output stream for {@code DATA}, an input for {@code NEED} and
 * {@code INPUT}, a partition for {@code RESULT}, a request for {@code CALL}.
 */
public final class FrameLayout {
    /** The version of the whole protocol, sent in every hello; both sides must name the same. */
    public static final int PROTOCOL = 1;

    /** Bytes before the payload. */
    public static final int HEADER_LENGTH = 16;

    /** Offset of the type, one byte. */
    public static final int TYPE_OFFSET = 0;

    /** Offset of the flags, one byte. */
    public static final int FLAGS_OFFSET = 1;

    /** Offset of two bytes that are zero. */
    public static final int ZERO_OFFSET = 2;

    /** Offset of the stream id, four bytes. */
    public static final int STREAM_OFFSET = 4;

    /** Offset of the payload's length, eight bytes. */
    public static final int LENGTH_OFFSET = 8;

    /** The flag of an {@code INPUT} frame after which the stream holds nothing more. */
    public static final int FLAG_LAST = 1;

    /** The flag of a {@code TASK} frame that the worker must claim before it begins. */
    public static final int FLAG_LEASED = 2;

    /** The flag of a {@code TASK} frame that another task of the same lease follows. */
    public static final int FLAG_MORE = 4;

    private FrameLayout() {}

    /**
     * Writes a header at the buffer's position and moves the position past it.
     *
     * @param buffer where to write, with at least {@link #HEADER_LENGTH} bytes left
     * @param type the frame's type
     * @param flags the frame's flags
     * @param stream the stream id
     * @param length the payload's length in bytes
     */
    public static void put(ByteBuffer buffer, FrameType type, int flags, int stream, long length) {
        buffer.put((byte) type.code())
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(stream)
                .putLong(length);
    }
}
