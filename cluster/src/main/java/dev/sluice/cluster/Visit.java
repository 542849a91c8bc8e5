// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that was let in: what it said, a way to answer, and word of its end. */
final class Visit {
    private final Channel channel;
    private final JsonObject hello;
    private @Nullable Runnable onGone;
    private boolean gone;
    private volatile Consumer<FrameDecoder.Frame> onFrame = frame -> {};

    Visit(Channel channel, JsonObject hello) {
        this.channel = channel;
        this.hello = hello;
    }

    JsonObject hello() {
        return hello;
    }

    /** Runs a task when the peer is gone; at once if it is already. */
    void onGone(Runnable task) {
        synchronized (this) {
            onGone = task;
            if (!gone) {
                return;
            }
        }
        task.run();
    }

    void gone() {
        Runnable task;
        synchronized (this) {
            gone = true;
            task = onGone;
        }
        if (task != null) {
            task.run();
        }
    }

    /** Passes on what else the peer says, on the door's thread. */
    void onFrame(Consumer<FrameDecoder.Frame> listener) {
        onFrame = listener;
    }

    void heard(FrameDecoder.Frame frame) {
        onFrame.accept(frame);
    }

    /** Answers and leaves the connection open. */
    void answer(Map<String, ?> value) {
        channel.writeAndFlush(frame(FrameType.REPLY, Map.of("value", value)));
    }

    /** Answers and closes. */
    void answerLast(Map<String, ?> value) {
        channel.writeAndFlush(frame(FrameType.REPLY, Map.of("value", value))).addListener(ChannelFutureListener.CLOSE);
    }

    /** Says why not, and closes. */
    void refuse(String reason) {
        channel.writeAndFlush(frame(FrameType.REPLY, Map.of("error", reason))).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        channel.close();
    }

    /** Sends bytes, and waits until they have gone out; not for the door's own thread. */
    void send(FrameType type, int stream, byte[] bytes, int length) throws IOException {
        var sent = channel.writeAndFlush(frame(type, stream, bytes, length)).awaitUninterruptibly();
        if (!sent.isSuccess()) {
            throw new IOException("the other side is gone", sent.cause());
        }
    }

    private ByteBuf frame(FrameType type, Map<String, ?> body) {
        byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
        return frame(type, 0, json, json.length);
    }

    private ByteBuf frame(FrameType type, int stream, byte[] bytes, int length) {
        ByteBuffer header = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH);
        FrameLayout.put(header, type, 0, stream, length);
        ByteBuf frame = channel.alloc().buffer(header.capacity() + length);
        return frame.writeBytes(header.flip()).writeBytes(bytes, 0, length);
    }
}
