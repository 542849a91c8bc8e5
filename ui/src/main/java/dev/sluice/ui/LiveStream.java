// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Tells one page that there is news, once a second at most; the page fetches itself again. What changed is not said, so
 * that however much happens, little is sent and nothing is kept for a slow reader.
 */
final class LiveStream {
    private static final long PERIOD_MILLIS = 1000;
    /** A comment now and then: the page and the idle timer see that this lives. */
    private static final int HEARTBEAT = 15;

    private final ChannelHandlerContext context;
    private final Programs programs;
    private final String program;
    private long seen;
    private int quiet;

    private LiveStream(ChannelHandlerContext context, Programs programs, String program) {
        this.context = context;
        this.programs = programs;
        this.program = program;
        this.seen = changes();
    }

    static void begin(ChannelHandlerContext context, Programs programs, String program) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        PagesHandler.headers(response.headers());
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        context.write(response);
        LiveStream stream = new LiveStream(context, programs, program);
        stream.send(": hello\n\n");
        ScheduledFuture<?> timer = context.executor()
                .scheduleWithFixedDelay(stream::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(closed -> timer.cancel(false));
    }

    private long changes() {
        Program watched = programs.get(program);
        if (watched != null) {
            return watched.changes();
        }
        return programs.changes()
                + programs.running().stream().mapToLong(Program::changes).sum();
    }

    private void look() {
        if (!context.channel().isWritable()) {
            return;
        }
        long now = changes();
        if (now != seen) {
            seen = now;
            quiet = 0;
            send("event: news\ndata: " + now + "\n\n");
        } else if (++quiet >= HEARTBEAT) {
            quiet = 0;
            send(": still here\n\n");
        }
    }

    private void send(String text) {
        context.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }
}
