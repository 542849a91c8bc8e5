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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on a Unix socket in a private directory. A peer of another user is dropped before a byte is
 * parsed; one that says no hello in time is dropped by a watchdog, since Unix channels have no timeout.
 */
public final class Doorman implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);

    /** Connections that may be between accept and hello; when more come, whoever was silent longest goes. */
    private static final int MAX_WAITING = 64;

    /** The longest hello, in bytes: nobody makes us allocate more before we know who it is. */
    private static final long MAX_HELLO = 64 << 10;

    /** The length of a Unix socket's address, less its zero byte. */
    private static final int MAX_PATH = 107;

    private static final long PAUSE_NANOS = 10_000_000;

    private final Path path;
    private final ServerSocketChannel server;
    private final String owner;
    private final Duration timeout;
    private final long maxFrameLength;
    private final Guest guest;
    private final ThreadPoolExecutor greeters;
    private final ScheduledExecutorService watchdog;
    private final Set<SocketChannel> waiting = new LinkedHashSet<>();
    private final AtomicLong refused = new AtomicLong();

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
     * @param path where to make the socket, at most 107 bytes long
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
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException("the path of a socket is too long: bytes=" + length + " limit=" + MAX_PATH + " path="
                    + path + "; choose a shorter temporary directory");
        }
        this.owner = Files.getOwner(path.toAbsolutePath().getParent()).getName();
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), 128);
        } catch (IOException e) {
            Channels.close(server);
            throw e;
        }
        this.greeters = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                5,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, name + "-peer"));
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name + "-watchdog"));
        daemon(this::accept, name + "-accept").start();
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                String stranger = stranger(channel);
                if (stranger.isEmpty()) {
                    admit(channel);
                } else {
                    refuse(channel, stranger);
                }
            } catch (ClosedChannelException | RejectedExecutionException e) {
                return;
            } catch (IOException e) {
                // One connection that could not be accepted says nothing about the next; out of descriptors, though,
                // it stays in the queue, and asking without a pause would take a whole core.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Says whose the peer is if it is not ours; an empty text if it is. */
    private String stranger(SocketChannel channel) {
        try {
            String user =
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            return user.equals(owner) ? "" : "another user's: user=" + user + " expected=" + owner;
        } catch (IOException | UnsupportedOperationException e) {
            return "its user cannot be told: " + e.getMessage();
        }
    }

    private void admit(SocketChannel channel) {
        SocketChannel oldest = null;
        synchronized (waiting) {
            waiting.add(channel);
            if (waiting.size() > MAX_WAITING) {
                oldest = waiting.iterator().next();
                waiting.remove(oldest);
            }
        }
        if (oldest != null) {
            refuse(oldest, "it had said no hello when " + MAX_WAITING + " others came");
        }
        try {
            greeters.execute(() -> greet(channel));
        } catch (RejectedExecutionException e) {
            Channels.close(channel);
            throw e;
        }
    }

    /** Closes a connection and says why: the first time, and whenever the number of such has doubled. */
    private void refuse(SocketChannel channel, String why) {
        Channels.close(channel);
        long count = refused.incrementAndGet();
        if (Long.bitCount(count) == 1 && server.isOpen()) {
            LOG.warn("refused a connection: {} socket={} refused so far={}", why, path, count);
        }
    }

    /** Tells a peer of another version why it is dropped, in a frame that every version understands. */
    private static void tell(SocketChannel channel, String reason) {
        FrameWriter writer = new FrameWriter(channel);
        try {
            writer.write(FrameType.REPLY, 0, Json.write(Map.of("error", reason)));
            writer.flush();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private void greet(SocketChannel channel) {
        try {
            FrameReader reader = new FrameReader(channel, MAX_HELLO);
            JsonObject hello = hello(channel, reader);
            if (hello == null) {
                return;
            }
            reader.limit(maxFrameLength);
            try {
                guest.accept(hello, channel, reader);
            } catch (IOException e) {
                // A guest that goes is no stranger.
                Channels.close(channel);
            }
        } catch (ClosedChannelException e) {
            // Closed by this side, which has said why.
            Channels.close(channel);
        } catch (IOException | RuntimeException e) {
            refuse(channel, String.valueOf(e.getMessage()));
        }
    }

    /** Reads a hello; null if the connection was dropped instead, by either side. */
    private @Nullable JsonObject hello(SocketChannel channel, FrameReader reader) throws IOException {
        ScheduledFuture<?> deadline = watchdog.schedule(
                () -> refuse(channel, "no hello within " + timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (!reader.next()) {
                Channels.close(channel);
                return null;
            }
            reader.expect(FrameType.HELLO);
            JsonObject hello = Json.parse(reader.bytes());
            long protocol = hello.number("protocol", 0);
            if (protocol != FrameLayout.PROTOCOL) {
                String reason = "wrong protocol: got=" + protocol + " expected=" + FrameLayout.PROTOCOL
                        + "; both sides must run the same version of Sluice";
                if (protocol > 0) {
                    tell(channel, reason);
                }
                throw new ProtocolException(reason);
            }
            return hello;
        } finally {
            deadline.cancel(false);
            synchronized (waiting) {
                waiting.remove(channel);
            }
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
