// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the hello of a connection and compares its token before anything else in it is looked at. */
final class HelloHandler extends ChannelInboundHandlerAdapter {
    private final String token;
    private final BiConsumer<Channel, String> refuse;
    private final Door.Guest guest;
    private @Nullable Visit visit;

    HelloHandler(String token, BiConsumer<Channel, String> refuse, Door.Guest guest) {
        this.token = token;
        this.refuse = refuse;
        this.guest = guest;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FrameDecoder.Frame frame = (FrameDecoder.Frame) message;
        if (visit != null) {
            visit.heard(frame);
            return;
        }
        if (frame.type() != FrameType.HELLO) {
            throw new SluiceException("no hello: type=" + frame.type());
        }
        JsonObject hello = Json.parse(frame.text().getBytes(StandardCharsets.UTF_8));
        Visit arrived = new Visit(context.channel(), hello);
        if (hello.number("protocol", 0) != FrameLayout.PROTOCOL) {
            arrived.refuse("wrong protocol: cluster=" + FrameLayout.PROTOCOL + " program=" + hello.number("protocol", 0)
                    + "; both must run the same version of Sluice");
            refuse.accept(context.channel(), "wrong protocol");
        } else if (!MessageDigest.isEqual(bytes(token), bytes(hello.text("token", "")))) {
            arrived.refuse("wrong token: it is read from the cluster's state directory; was the cluster started again,"
                    + " or by another user?");
            refuse.accept(context.channel(), "wrong token");
        } else {
            visit = arrived;
            guest.accept(arrived);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (visit != null) {
            visit.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (visit == null) {
            refuse.accept(context.channel(), String.valueOf(cause.getMessage()));
        } else {
            context.close();
        }
    }
}
