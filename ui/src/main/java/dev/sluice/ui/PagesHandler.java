// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: reads a request, asks for the answer, writes it with the headers that every answer has. */
final class PagesHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(PagesHandler.class);

    /** Nothing from elsewhere, no script or style but our files, in nobody's frame. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Access access;
    private final Pages pages;
    private final Programs programs;
    /** One thread, so that answers to requests of one connection keep their order. */
    private final Executor maker;

    /** Hears of a connection that has shown the token. */
    private final Consumer<Channel> known;

    PagesHandler(Access access, Pages pages, Programs programs, Executor maker, Consumer<Channel> known) {
        this.access = access;
        this.pages = pages;
        this.programs = programs;
        this.maker = maker;
        this.known = known;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        boolean keep = HttpUtil.isKeepAlive(message);
        if (message.decoderResult().isFailure()) {
            write(context, Response.text(400, "malformed request\n"), false, false);
            return;
        }
        Request request;
        try {
            request = request(message);
        } catch (IllegalArgumentException e) {
            write(context, Response.text(400, "malformed address\n"), false, false);
            return;
        }
        boolean head = request.method().equals("HEAD");
        Response refused = access.refuse(request);
        if (refused == null || refused.status() < 400) {
            known.accept(context.channel());
        }
        if (refused != null) {
            write(context, refused, keep, head);
        } else if (request.path().equals("/live") && request.method().equals("GET")) {
            LiveStream.begin(context, programs, request.query().getOrDefault("program", ""));
        } else {
            maker.execute(() -> write(context, answer(request), keep, head));
        }
    }

    private Response answer(Request request) {
        try {
            return pages.answer(request);
        } catch (RuntimeException e) {
            LOG.error("a page could not be made: path={}", request.path(), e);
            return Response.text(500, "this page could not be made; the log says why\n");
        }
    }

    private static Request request(FullHttpRequest message) {
        QueryStringDecoder target = new QueryStringDecoder(message.uri());
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> header : message.headers()) {
            headers.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (one, more) -> one + "," + more);
        }
        Map<String, String> form = Map.of();
        String type = headers.getOrDefault("content-type", "");
        if (type.startsWith("application/x-www-form-urlencoded")) {
            form = first(
                    new QueryStringDecoder(message.content().toString(StandardCharsets.UTF_8), false).parameters());
        }
        return new Request(message.method().name(), target.path(), first(target.parameters()), form, headers);
    }

    private static Map<String, String> first(Map<String, List<String>> parameters) {
        Map<String, String> first = new HashMap<>();
        parameters.forEach((name, values) -> first.put(name, values.get(0)));
        return first;
    }

    private static void write(ChannelHandlerContext context, Response response, boolean alive, boolean head) {
        boolean keep = alive && response.status() < 400;
        ByteBuf body = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body());
        FullHttpResponse out =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), body);
        headers(out.headers());
        out.headers().set(HttpHeaderNames.CONTENT_TYPE, response.type());
        out.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        out.headers().set(HttpHeaderNames.CONNECTION, keep ? "keep-alive" : "close");
        response.headers().forEach(out.headers()::set);
        var written = context.writeAndFlush(out);
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** What every answer says. */
    static void headers(HttpHeaders headers) {
        headers.set("content-security-policy", POLICY);
        headers.set("x-content-type-options", "nosniff");
        headers.set("x-frame-options", "DENY");
        // Without any referrer a browser says of our own forms that they come from nowhere.
        headers.set("referrer-policy", "same-origin");
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set("cross-origin-opener-policy", "same-origin");
        headers.set("cache-control", "no-store");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a connection to the web pages failed", cause);
        context.close();
    }
}
