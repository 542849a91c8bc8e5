// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes frames to a blocking channel. Small frames gather in a buffer until {@link #flush}; large payloads go out
 * without a copy. Not safe for several threads.
 */
public final class FrameWriter {
    private static final int CAPACITY = 64 << 10;

    private final GatheringByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);

    /**
     * Makes a writer at the start of a frame.
     *
     * @param channel a blocking channel
     */
    public FrameWriter(GatheringByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes a frame whose payload is the given pieces, one after the other.
     *
     * @param type the frame's type
     * @param flags the frame's flags
     * @param stream the stream id
     * @param pieces the payload; positions are left as they are
     * @throws IOException if the channel fails
     */
    public void write(FrameType type, int flags, int stream, ByteBuffer... pieces) throws IOException {
        long length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        if (buffer.remaining() < FrameLayout.HEADER_LENGTH) {
            flush();
        }
        FrameLayout.put(buffer, type, flags, stream, length);
        for (ByteBuffer piece : pieces) {
            if (piece.remaining() <= buffer.remaining()) {
                buffer.put(piece.duplicate());
            } else {
                flushWith(piece.duplicate());
            }
        }
    }

    /**
     * Writes a frame with a payload of bytes.
     *
     * @param type the frame's type
     * @param stream the stream id
     * @param payload the bytes
     * @throws IOException if the channel fails
     */
    public void write(FrameType type, int stream, byte[] payload) throws IOException {
        write(type, 0, stream, ByteBuffer.wrap(payload));
    }

    /**
     * Writes a frame with a payload of UTF-8 text.
     *
     * @param type the frame's type
     * @param stream the stream id
     * @param payload the text
     * @throws IOException if the channel fails
     */
    public void write(FrameType type, int stream, String payload) throws IOException {
        write(type, stream, payload.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends what has gathered.
     *
     * @throws IOException if the channel fails
     */
    public void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    private void flushWith(ByteBuffer piece) throws IOException {
        buffer.flip();
        ByteBuffer[] both = {buffer, piece};
        while (piece.hasRemaining() || buffer.hasRemaining()) {
            channel.write(both);
        }
        buffer.clear();
    }
}
