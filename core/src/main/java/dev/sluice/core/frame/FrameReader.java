// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.frame;

import dev.sluice.core.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads frames from a blocking channel, several a system call where they are small. Not safe for several threads. After
 * {@link #next} the accessors describe the frame that was read; its payload stays valid until the next call.
 */
public final class FrameReader {
    private static final int INITIAL_CAPACITY = 64 << 10;

    private final ReadableByteChannel channel;
    private long maxLength;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_CAPACITY);
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private FrameType type = FrameType.HELLO;
    private int flags;
    private int stream;
    private long position;

    /**
     * Makes a reader at the start of a frame.
     *
     * @param channel a blocking channel
     * @param maxLength the largest payload in bytes that is accepted, checked before memory is allocated
     */
    public FrameReader(ReadableByteChannel channel, long maxLength) {
        this.channel = channel;
        limit(maxLength);
        buffer.flip();
    }

    /**
     * Changes the limit, once the peer has said who it is.
     *
     * @param maxLength the largest payload in bytes that is accepted from the next frame on
     */
    public void limit(long maxLength) {
        this.maxLength = Math.min(maxLength, Integer.MAX_VALUE - FrameLayout.HEADER_LENGTH - 64);
    }

    /**
     * Waits for the next frame.
     *
     * @return false if the other side closed the connection between two frames
     * @throws EOFException if it closed inside a frame
     * @throws ProtocolException if a header is malformed or a length beyond the limit
     * @throws IOException if the channel fails
     */
    public boolean next() throws IOException {
        if (!fill(FrameLayout.HEADER_LENGTH)) {
            if (buffer.hasRemaining()) {
                throw early(FrameLayout.HEADER_LENGTH);
            }
            return false;
        }
        int at = buffer.position();
        FrameType found = FrameType.of(buffer.get(at + FrameLayout.TYPE_OFFSET));
        int zero = buffer.getShort(at + FrameLayout.ZERO_OFFSET);
        long length = buffer.getLong(at + FrameLayout.LENGTH_OFFSET);
        if (zero != 0 || length < 0 || length > maxLength) {
            throw new ProtocolException("refused a frame: type=" + found + " length=" + Long.toUnsignedString(length)
                    + " limit=" + maxLength + " reserved=" + zero + " offset=" + position
                    + "; the stream is damaged, or sluice.frame.maxLength is too small for one record");
        }
        type = found;
        flags = buffer.get(at + FrameLayout.FLAGS_OFFSET) & 0xff;
        stream = buffer.getInt(at + FrameLayout.STREAM_OFFSET);
        buffer.position(at + FrameLayout.HEADER_LENGTH);
        if (!fill((int) length)) {
            throw early((int) length);
        }
        payload = buffer.slice(buffer.position(), (int) length);
        buffer.position(buffer.position() + (int) length);
        position += FrameLayout.HEADER_LENGTH + length;
        return true;
    }

    private EOFException early(int wanted) {
        return new EOFException("connection closed inside a frame: offset=" + position + " expected=" + wanted + " got="
                + buffer.remaining());
    }

    /** Makes at least {@code wanted} bytes available in the buffer; false at the end of the stream. */
    private boolean fill(int wanted) throws IOException {
        if (buffer.remaining() >= wanted) {
            return true;
        }
        if (buffer.capacity() < wanted) {
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(wanted, INITIAL_CAPACITY));
            larger.put(buffer).flip();
            buffer = larger;
        } else if (buffer.capacity() - buffer.position() < wanted || !buffer.hasRemaining()) {
            buffer.compact().flip();
        }
        while (buffer.remaining() < wanted) {
            int start = buffer.position();
            int end = buffer.limit();
            buffer.limit(buffer.capacity()).position(end);
            int count;
            try {
                count = channel.read(buffer);
            } finally {
                buffer.limit(buffer.position()).position(start);
            }
            if (count < 0) {
                return false;
            }
        }
        return true;
    }

    /** Gives back memory that one very large frame made the reader hold. To be called between frames. */
    public void trim() {
        if (buffer.capacity() > 4 << 20 && buffer.remaining() <= INITIAL_CAPACITY) {
            ByteBuffer smaller = ByteBuffer.allocateDirect(INITIAL_CAPACITY);
            smaller.put(buffer).flip();
            buffer = smaller;
        }
    }

    /**
     * Tells whether bytes of a further frame have already been read.
     *
     * @return true if the stream is not known to be at a frame boundary
     */
    public boolean hasBuffered() {
        return buffer.hasRemaining();
    }

    /**
     * Returns the type of the frame last read.
     *
     * @return the type
     */
    public FrameType type() {
        return type;
    }

    /**
     * Tells whether a flag is set in the frame last read.
     *
     * @param flag a {@code FLAG_} constant of {@link FrameLayout}
     * @return true if it is
     */
    public boolean hasFlag(int flag) {
        return (flags & flag) != 0;
    }

    /**
     * Returns the stream id of the frame last read.
     *
     * @return the id
     */
    public int stream() {
        return stream;
    }

    /**
     * Returns the payload of the frame last read.
     *
     * @return a view that the next read makes invalid
     */
    public ByteBuffer payload() {
        return payload;
    }

    /**
     * Copies what remains of the payload.
     *
     * @return the bytes
     */
    public byte[] bytes() {
        byte[] copy = new byte[payload.remaining()];
        payload.get(payload.position(), copy);
        return copy;
    }

    /**
     * Decodes what remains of the payload as UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /**
     * Checks the type of the frame last read.
     *
     * @param expected the types that may come here
     * @throws ProtocolException if another one came
     */
    public void expect(FrameType... expected) {
        if (!Arrays.asList(expected).contains(type)) {
            throw new ProtocolException("unexpected frame: got=" + type + " expected=" + Arrays.toString(expected));
        }
    }
}
