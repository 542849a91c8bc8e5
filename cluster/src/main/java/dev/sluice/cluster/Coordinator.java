// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that programs come to: takes them in, tells of them, and ends when it is told to. */
final class Coordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long HELLO_MILLIS = 10_000;
    private static final long END_SECONDS = 5;

    private final CoordinatorConfig config;
    private final State state;
    private final ExecutorHost host;
    private final ExecutorService threads;
    private final Programs programs;
    private final SubmittedDrivers drivers = new SubmittedDrivers();
    private final Door door;
    private final long since = System.currentTimeMillis();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean closed;

    /**
     * Listens and says so in the state directory.
     *
     * @throws SluiceException if the port is taken
     * @throws IOException if the state cannot be written
     */
    Coordinator(CoordinatorConfig config, Path directory) throws IOException {
        this.config = config;
        this.state = new State(config.state());
        AtomicInteger numbers = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sluice-program-" + numbers.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
        this.host = new ExecutorHost(
                new ExecutorSettings(config.executors(), config.cores(), this::logs, config.settings()),
                directory,
                Program.SHARED_MEMORY.resolve(directory.getFileName()));
        this.programs = new Programs(config, host, threads);
        this.door = new Door(config.port(), state.token(), HELLO_MILLIS, this::welcome);
        try {
            state.settle(door.port());
            host.awaitReady();
            state.write(Map.of(
                    "port", door.port(),
                    "version", config.version(),
                    "executors", config.executors(),
                    "cores", config.cores(),
                    "directory", directory.toString()));
        } catch (IOException | SluiceException e) {
            close();
            throw e;
        }
    }

    private Path logs() {
        return state.directory().resolve("logs");
    }

    int port() {
        return door.port();
    }

    Path state() {
        return state.directory();
    }

    private void welcome(Visit visit) {
        try {
            threads.execute(() -> {
                try {
                    serve(visit);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("a request failed: role={}", visit.hello().text("role", ""), e);
                    visit.refuse(String.valueOf(e.getMessage()));
                }
            });
        } catch (RejectedExecutionException e) {
            visit.refuse("the cluster is being stopped");
        }
    }

    private void serve(Visit visit) throws IOException {
        String version = visit.hello().text("version", "");
        String role = visit.hello().text("role", "");
        // Whoever stops a cluster may be newer than it.
        if (!version.equals(config.version()) && !role.equals("stop")) {
            throw new SluiceException("wrong version: cluster=" + config.version() + " program=" + version
                    + "; run both from one installation, or start the cluster anew with this one");
        }
        switch (role) {
            case "program" -> programs.admit(visit);
            case "driver" -> drivers.run(visit, state.directory());
            case "status" -> visit.answerLast(describe());
            case "pages" -> visit.answerLast(Map.of("url", pages(visit.hello())));
            case "stop" -> {
                LOG.info("asked to stop");
                visit.answer(Map.of("stopping", true));
                stopped.countDown();
            }
            default -> throw new SluiceException("unknown role: " + role);
        }
    }

    private String pages(JsonObject hello) throws IOException {
        return host.pages().start(hello.integer("uiPort")).url();
    }

    private Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("port", door.port());
        described.put("pid", ProcessHandle.current().pid());
        described.put("version", config.version());
        described.put("executors", config.executors());
        described.put("cores", config.cores());
        described.put("since", since);
        described.put("pages", host.pages().url());
        described.put("programs", programs.describe());
        described.put("processes", host.describe());
        return described;
    }

    /** Waits until someone asks it to stop. */
    void await() throws InterruptedException {
        stopped.await();
    }

    /** Ends programs, workers and files; who waits at the door is let go last, and knows by that. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        drivers.close();
        programs.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("programs have not ended within {} s", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        host.close();
        state.close();
        door.close();
    }

    /** A private directory for what is the coordinator's own, named as a program's is, so that it is swept alike. */
    static Path privateDirectory() throws IOException {
        return Programs.directory();
    }
}
