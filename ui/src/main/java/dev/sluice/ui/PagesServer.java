// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.WebUi;
import dev.sluice.engine.watch.WebUiOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves pages on the loopback interface. One thread moves bytes, another makes pages; both sleep while nobody asks.
 */
final class PagesServer implements WebUi {
    /** Connections at a time; of more the oldest that has not shown the token goes, or else the new one. */
    static final int CONNECTIONS = 128;

    /** The longest body of a request: a form with one secret in it. */
    private static final int BODY = 8 * 1024;

    private static final int IDLE_SECONDS = 60;

    /** What a connection may take until it has shown the token. */
    private static final int TOKEN_SECONDS = 10;

    private final Programs programs = new Programs();
    /** Connections without a token yet, the oldest first; only the thread that moves bytes looks at them. */
    private final Set<Channel> strangers = new LinkedHashSet<>();

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final EventLoopGroup io = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sluice-ui-io", true), NioIoHandler.newFactory());
    private final ExecutorService maker =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("sluice-ui-pages", true));
    private final int port;
    private final Access access;
    private final Pages pages;

    PagesServer(WebUiOptions options) throws IOException {
        // Requests are checked against the port, which is known only once it is bound: until then they wait.
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(io)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new Connections());
        ChannelFuture bound = bootstrap
                .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), options.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            shutDown();
            throw new IOException(
                    "the web pages cannot listen: port=" + options.port() + ": "
                            + bound.cause().getMessage() + "; choose a port that is free, or 0:"
                            + " sluice.ui.port, --ui-port of sluice cluster start, --port of sluice history",
                    bound.cause());
        }
        Channel server = bound.channel();
        channels.add(server);
        this.port = ((InetSocketAddress) server.localAddress()).getPort();
        this.access = new Access(port, options.token());
        this.pages = new Pages(programs, access.form());
        server.config().setAutoRead(true);
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port + "/?token=" + access.token();
    }

    @Override
    public String url(String program) {
        return "http://127.0.0.1:" + port + Links.pages().to(program, "") + "?token=" + access.token();
    }

    @Override
    public Runnable add(Program program) {
        return programs.add(program);
    }

    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
        shutDown();
    }

    private void shutDown() {
        io.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        maker.shutdown();
    }

    /** What each connection goes through. */
    private final class Connections extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            // Another user may open any number: who has the token is not to wait until theirs are dropped.
            if (channels.size() > CONNECTIONS && !dropOldest()) {
                channel.close();
                return;
            }
            channels.add(channel);
            strangers.add(channel);
            Future<?> timer = channel.eventLoop().schedule(() -> drop(channel), TOKEN_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> {
                timer.cancel(false);
                strangers.remove(channel);
            });
            channel.pipeline()
                    .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(BODY, true))
                    .addLast(new PagesHandler(access, pages, programs, maker, strangers::remove));
        }

        private void drop(Channel channel) {
            if (strangers.remove(channel)) {
                channel.close();
            }
        }

        private boolean dropOldest() {
            Iterator<Channel> oldest = strangers.iterator();
            boolean found = oldest.hasNext();
            if (found) {
                drop(oldest.next());
            }
            return found;
        }
    }
}
