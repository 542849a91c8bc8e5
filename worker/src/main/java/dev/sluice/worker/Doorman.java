// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * Accepts connections on a Unix socket in a private directory. A peer of another user is dropped before a byte is
 * parsed; one that says no hello in time is dropped by a watchdog, since Unix channels have no timeout.
 */
public final class Doorman implements AutoCloseable {
    /** Connections that may be between accept and hello; more are dropped at once. */
    private static final int MAX_WAITING = 64;

    private final Path path;
    private final ServerSocketChannel server;
    private final String owner;
    private final Duration timeout;
    private final long maxFrameLength;
    private final Guest guest;
    private final ThreadPoolExecutor greeters;
    private final ScheduledExecutorService watchdog;

    /** Takes a connection after its hello. */
    @FunctionalInterface
    public interface Guest {
        /**
         * Takes over a connection; may keep the calling thread.
         *
         * @param hello what the peer said
         * @param channel the connection
         * @param reader a reader on it, past the hello
         * @throws IOException if the connection fails; it is then closed
         */
        void accept(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException;
    }

    /**
     * Listens on a path that must not exist, in a directory that only this user may enter.
     *
     * @param path where to make the socket, at most 107 bytes
     * @param timeout how long a peer may take to say hello
     * @param maxFrameLength the largest frame accepted on the connections, in bytes
     * @param name names the threads
     * @param guest takes the connections
     * @throws IOException if the socket cannot be made
     */
    public Doorman(Path path, Duration timeout, long maxFrameLength, String name, Guest guest) throws IOException {
        this.path = path;
        this.timeout = timeout;
        this.maxFrameLength = maxFrameLength;
        this.guest = guest;
        this.owner = Files.getOwner(path.toAbsolutePath().getParent()).getName();
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path), 128);
        this.greeters = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                5,
                TimeUnit.SECONDS,
                new java.util.concurrent.SynchronousQueue<>(),
                task -> daemon(task, name + "-peer"));
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name + "-watchdog"));
        daemon(this::accept, name + "-accept").start();
    }

    private final java.util.concurrent.atomic.AtomicInteger waiting = new java.util.concurrent.atomic.AtomicInteger();

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (!allowed(channel) || waiting.get() >= MAX_WAITING) {
                    Channels.close(channel);
                    continue;
                }
                waiting.incrementAndGet();
                greeters.execute(() -> greet(channel));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // One connection that could not be accepted says nothing about the next.
            }
        }
    }

    private boolean allowed(SocketChannel channel) {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED)
                    .user()
                    .getName()
                    .equals(owner);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void greet(SocketChannel channel) {
        boolean greeted = false;
        try {
            ScheduledFuture<?> deadline =
                    watchdog.schedule(() -> Channels.close(channel), timeout.toMillis(), TimeUnit.MILLISECONDS);
            FrameReader reader = new FrameReader(channel, maxFrameLength);
            JsonObject hello;
            try {
                if (!reader.next()) {
                    return;
                }
                reader.expect(FrameType.HELLO);
                hello = Json.parse(reader.bytes());
                if (hello.number("protocol", 0) != FrameLayout.PROTOCOL) {
                    throw new ProtocolException("wrong protocol: got=" + hello.number("protocol", 0) + " expected="
                            + FrameLayout.PROTOCOL + "; both sides must run the same version of Sluice");
                }
            } finally {
                deadline.cancel(false);
                waiting.decrementAndGet();
            }
            greeted = true;
            guest.accept(hello, channel, reader);
        } catch (ProtocolException e) {
            refuse(channel, e);
            greeted = false;
        } catch (IOException e) {
            greeted = false;
        } finally {
            if (!greeted) {
                Channels.close(channel);
            }
        }
    }

    /** Tells a peer why it is dropped, in a frame that every version understands. */
    private static void refuse(SocketChannel channel, ProtocolException reason) {
        FrameWriter writer = new FrameWriter(channel);
        try {
            writer.write(FrameType.REPLY, 0, Json.write(Map.of("error", String.valueOf(reason.getMessage()))));
            writer.flush();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /** Stops listening; connections that were handed over stay. Idempotent. */
    @Override
    public void close() {
        Channels.close(server);
        greeters.shutdown();
        watchdog.shutdownNow();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The directory is swept with the run.
        }
    }
}
