// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what comes into frames, in the one {@link FrameLayout}. Frames here are small; a longer one is refused by its header,
 * before anything is allocated for it.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** A whole frame as text. */
    record Frame(FrameType type, int stream, String text) {}

    static final int MAX_LENGTH = 1 << 20;

    private @Nullable ByteBuf held;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        ByteBuf all = held;
        if (all == null) {
            all = bytes;
        } else {
            all.writeBytes(bytes);
            bytes.release();
        }
        held = all;
        while (held != null) {
            Frame frame = next(all);
            if (frame == null) {
                break;
            }
            context.fireChannelRead(frame);
        }
        keep(context);
    }

    /** Keeps what is left of a buffer that another may own, and lets go of one that is read. */
    private void keep(ChannelHandlerContext context) {
        ByteBuf rest = held;
        if (rest == null) {
            return;
        }
        held = null;
        if (rest.isReadable()) {
            held = context.alloc().heapBuffer(rest.readableBytes()).writeBytes(rest);
        }
        rest.release();
    }

    private static @Nullable Frame next(ByteBuf bytes) {
        if (bytes.readableBytes() < FrameLayout.HEADER_LENGTH) {
            return null;
        }
        int at = bytes.readerIndex();
        long length = bytes.getLong(at + FrameLayout.LENGTH_OFFSET);
        int zero = bytes.getUnsignedShort(at + FrameLayout.ZERO_OFFSET);
        if (zero != 0 || length < 0 || length > MAX_LENGTH) {
            throw new ProtocolException("refused a frame: length=" + length + " limit=" + MAX_LENGTH + " reserved="
                    + zero + "; it is no program of Sluice's");
        }
        if (bytes.readableBytes() < FrameLayout.HEADER_LENGTH + length) {
            return null;
        }
        FrameType type = FrameType.of(bytes.getUnsignedByte(at + FrameLayout.TYPE_OFFSET));
        int stream = bytes.getInt(at + FrameLayout.STREAM_OFFSET);
        bytes.skipBytes(FrameLayout.HEADER_LENGTH);
        return new Frame(type, stream, bytes.readString((int) length, StandardCharsets.UTF_8));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
    }

    private void release() {
        ByteBuf rest = held;
        held = null;
        if (rest != null) {
            rest.release();
        }
    }
}
