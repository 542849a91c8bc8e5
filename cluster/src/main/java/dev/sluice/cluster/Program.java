// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.DriverServer;
import dev.sluice.driver.SessionHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One program: its private directory, with the socket in it that its driver connects to, and its session. */
final class Program implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Program.class);
    static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final String id;
    private final String name;
    private final DriverConfig config;
    private final DriverServer server;
    private final long since = System.currentTimeMillis();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Listens; call {@link #start} once the driver has been told. */
    Program(String id, Path directory, JsonObject told, int slots, SessionHost host) throws IOException {
        this.id = id;
        Map<String, Object> members = new LinkedHashMap<>(told.members());
        members.put("directory", directory.toString());
        members.put("slots", (long) slots);
        this.config = DriverConfig.read(new JsonObject(members));
        String asked = config.configuration().get(dev.sluice.core.settings.Settings.APP_NAME);
        this.name = asked;
        try {
            this.server = new DriverServer(config, host);
        } catch (IOException | RuntimeException e) {
            Trees.delete(directory);
            throw e;
        }
    }

    String id() {
        return id;
    }

    long pid() {
        return config.driverPid();
    }

    Path directory() {
        return config.directory();
    }

    void start() {
        LOG.info("program begins: id={} name={} pid={}", id, name, pid());
        server.start();
    }

    Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", id);
        described.put("name", name);
        described.put("pid", pid());
        described.put("since", since);
        described.putAll(server.workers());
        return described;
    }

    /** Ends its jobs and workers and removes its files, those of its broadcasts too. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            server.close();
        } finally {
            Trees.delete(directory());
            Trees.delete(SHARED_MEMORY.resolve(directory().getFileName()));
        }
        LOG.info("program ended: id={} name={}", id, name);
    }
}
