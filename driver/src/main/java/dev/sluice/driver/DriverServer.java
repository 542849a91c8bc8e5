// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.EventBus;
import dev.sluice.worker.Doorman;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Serves one program: listens for the driver's connections on {@code driver.sock} in the program's directory, one a
 * driver thread for jobs and calls, one for output, one for progress.
 */
public final class DriverServer implements AutoCloseable {
    private static final long MAX_FRAME = Integer.MAX_VALUE;

    private final Session session;
    private final OutputRelay relay;
    private final Doorman doorman;
    private final CountDownLatch started = new CountDownLatch(1);
    private final Set<SocketChannel> guests = ConcurrentHashMap.newKeySet();
    private final boolean shared;
    private volatile boolean closed;

    /**
     * Listens; nothing is answered before {@link #start}.
     *
     * @param config the program
     * @param host makes its engines
     * @throws IOException if the socket or what the engines need cannot be made
     */
    public DriverServer(DriverConfig config, SessionHost host) throws IOException {
        this.relay = new OutputRelay();
        this.shared = host.shared();
        this.session = new Session(config, relay, host);
        try {
            this.doorman = new Doorman(
                    config.directory().resolve("driver.sock"),
                    Duration.ofSeconds(10),
                    MAX_FRAME,
                    "sluice-driver",
                    this::welcome);
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    /** Starts the first context, while the driver connects. */
    public void start() {
        session.startFirst();
        started.countDown();
    }

    /**
     * Returns where everything that happens in this program is told.
     *
     * @return the bus of its session
     */
    public EventBus events() {
        return session.events();
    }

    /**
     * Returns which processes serve the program now.
     *
     * @return as {@link EngineFactory#workers}
     */
    public Map<String, Object> workers() {
        return session.engines().workers();
    }

    private void welcome(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException {
        guests.add(channel);
        try {
            // Either close() sees the channel among the guests, or its mark is seen here.
            if (!closed) {
                serve(hello, channel, reader);
            }
        } finally {
            guests.remove(channel);
            channel.close();
        }
    }

    private void serve(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException {
        switch (hello.text("role")) {
            case "driver" -> {
                awaitStart();
                new DriverConnection(session, channel, reader).serve();
            }
            case "output" -> relay.serve(channel, reader);
            case "progress" -> new ProgressRelay(session.events(), !shared).serve(channel);
            default -> throw new IOException("unknown role: " + hello.text("role"));
        }
    }

    private void awaitStart() throws IOException {
        try {
            started.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the first context was started", e);
        }
    }

    /** Ends everything, connections too; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        closed = true;
        doorman.close();
        session.close();
        relay.close();
        for (SocketChannel guest : guests) {
            try {
                guest.close();
            } catch (IOException e) {
                // Whoever reads it learns the same.
            }
        }
    }
}
