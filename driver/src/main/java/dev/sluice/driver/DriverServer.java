// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.json.JsonObject;
import dev.sluice.worker.Doorman;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Listens for the driver's connections: one a driver thread for jobs and calls, one for output, one for progress. */
final class DriverServer implements AutoCloseable {
    private static final long MAX_FRAME = Integer.MAX_VALUE;

    private final Session session;
    private final OutputRelay relay;
    private final Doorman doorman;
    private final CountDownLatch started = new CountDownLatch(1);

    DriverServer(DriverConfig config) throws IOException {
        Logs.begin();
        this.relay = new OutputRelay();
        this.session = new Session(config, relay);
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
    void start() {
        session.startFirst();
        started.countDown();
    }

    private void welcome(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException {
        switch (hello.text("role")) {
            case "driver" -> {
                awaitStart();
                new DriverConnection(session, channel, reader).serve();
            }
            case "output" -> relay.serve(channel, reader);
            case "progress" -> new ProgressRelay(session.events()).serve(channel);
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

    /** Ends everything; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        doorman.close();
        session.close();
    }
}
