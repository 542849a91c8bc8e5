// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.SessionHost;
import dev.sluice.os.ProcessWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs that are there. One comes with a connection that says hello and stays; it goes when that connection or its
 * process ends, whichever is first: a child that the driver forked may hold the connection open.
 */
final class Programs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final CoordinatorConfig config;
    private final SessionHost host;
    private final ExecutorService threads;
    private final Map<Integer, Program> running = new ConcurrentSkipListMap<>();
    private final ProcessWatch watch = ProcessWatch.startPureJava();
    private final String begun = Long.toString(System.currentTimeMillis());
    private int next;
    private boolean closed;

    Programs(CoordinatorConfig config, SessionHost host, ExecutorService threads) {
        this.config = config;
        this.host = host;
        this.threads = threads;
    }

    /** Takes a program in and answers; the driver's part of its directory is in shared memory under the same name. */
    void admit(Visit visit) throws IOException {
        JsonObject told = visit.hello().object("program");
        int number;
        synchronized (this) {
            number = next++;
        }
        String id = "app-" + begun + "-" + String.format("%04d", number);
        Program program = new Program(id, directory(), told, config.slots(), host);
        synchronized (this) {
            if (closed) {
                program.close();
                throw new SluiceException("the cluster is being stopped");
            }
            running.put(number, program);
        }
        ProcessWatch.Watching watching = watch.watch(program.pid(), () -> endSoon(number));
        visit.onGone(() -> {
            watching.close();
            endSoon(number);
        });
        visit.answer(Map.of(
                "directory",
                program.directory().toString(),
                "slots",
                config.slots(),
                "application",
                id,
                "pid",
                ProcessHandle.current().pid()));
        program.start();
    }

    /**
     * Makes a private directory. Others keep what a living process has its pid in the name of, and leave alone what
     * another pid namespace made; the names are those of {@code gateway.run_directory} in Python.
     */
    static Path directory() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        String owner = user + "-" + ProcessHandle.current().pid();
        return Files.createTempDirectory(parent, "sluice-" + owner + "-" + space(), PRIVATE);
    }

    /** Four digits for this pid namespace. */
    private static String space() {
        try {
            long inode = ((Number) Files.getAttribute(Path.of("/proc/self/ns/pid"), "unix:ino")).longValue();
            return String.format("%04x", inode & 0xffff);
        } catch (IOException e) {
            return "0000";
        }
    }

    private void endSoon(int number) {
        try {
            threads.execute(() -> end(number));
        } catch (RejectedExecutionException e) {
            // The coordinator ends, and with it every program.
        }
    }

    private void end(int number) {
        Program program = running.remove(number);
        if (program != null) {
            program.close();
        }
    }

    List<Map<String, Object>> describe() {
        List<Map<String, Object>> described = new ArrayList<>();
        for (Program program : running.values()) {
            described.add(program.describe());
        }
        return described;
    }

    /** Ends them all. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (Integer number : List.copyOf(running.keySet())) {
            try {
                end(number);
            } catch (RuntimeException e) {
                LOG.warn("a program did not end in order: number={}", number, e);
            }
        }
        watch.close();
    }
}
