// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
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

    private ByteBuf frame(FrameType type, Map<String, ?> body) {
        byte[] json = Json.write(body).getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = ByteBuffer.allocate(FrameLayout.HEADER_LENGTH);
        FrameLayout.put(header, type, 0, 0, json.length);
        return channel.alloc()
                .buffer(header.capacity() + json.length)
                .writeBytes(header.flip())
                .writeBytes(json);
    }
}
