// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on loopback, and nowhere else: whoever is let in runs code as this user. One thread reads hellos; those who are
 * silent are dropped after a time, and the one silent longest when too many wait.
 */
final class Door implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    /** Connections that may be between accept and hello. */
    private static final int MAX_WAITING = 64;

    private static final int BACKLOG = 128;
    private static final long CLOSE_SECONDS = 2;

    /** Takes a connection after its hello, off the door's own thread. */
    @FunctionalInterface
    interface Guest {
        void accept(Visit visit);
    }

    private final String token;
    private final long helloMillis;
    private final Guest guest;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sluice-door", true), NioIoHandler.newFactory());
    /** Touched by the door's thread only. */
    private final Set<Channel> waiting = new LinkedHashSet<>();

    private final AtomicLong refused = new AtomicLong();
    private final Channel server;

    /**
     * Listens.
     *
     * @param port 0 to let the kernel choose
     * @param token what a hello must hold
     * @param helloMillis how long a peer may be silent
     * @throws SluiceException if the port is taken
     */
    Door(int port, String token, long helloMillis, Guest guest) {
        this.token = token;
        this.helloMillis = helloMillis;
        this.guest = guest;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        admit(channel);
                    }
                });
        var bound = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new SluiceException("cannot listen: address=127.0.0.1 port=" + port + " reason="
                    + bound.cause().getMessage() + "; choose another with --port, or end what listens there");
        }
        this.server = bound.channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private void admit(SocketChannel channel) {
        if (!channel.remoteAddress().getAddress().isLoopbackAddress()) {
            refuse(channel, "it comes from another machine: address=" + channel.remoteAddress());
            return;
        }
        waiting.add(channel);
        if (waiting.size() > MAX_WAITING) {
            Channel oldest = waiting.iterator().next();
            refuse(oldest, "it had said no hello when " + MAX_WAITING + " others came");
        }
        var deadline = channel.eventLoop()
                .schedule(
                        () -> refuse(channel, "no hello within " + helloMillis + " ms"),
                        helloMillis,
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            deadline.cancel(false);
            waiting.remove(channel);
        });
        channel.pipeline().addLast(new FrameDecoder(), new HelloHandler(token, this::refuse, visit -> {
            deadline.cancel(false);
            waiting.remove(channel);
            guest.accept(visit);
        }));
    }

    /** Closes a connection and says why: the first time, and whenever the number of such has doubled. */
    private void refuse(Channel channel, String why) {
        channel.close();
        long count = refused.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn("refused a connection: {} refused so far={}", why, count);
        }
    }

    /** Stops listening and closes every connection. Idempotent. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
