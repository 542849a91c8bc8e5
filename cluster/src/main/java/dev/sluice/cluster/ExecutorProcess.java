// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The process of an executor, and the directories that go with it. */
final class ExecutorProcess {
    private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");
    private static final Set<String> WITH_VALUE =
            Set.of("--add-opens", "--add-exports", "--add-modules", "--add-reads");
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int SIGNALLED = 128;
    private static final long END_SECONDS = 3;

    private final ExecutorConfig config;
    private final Process process;

    private ExecutorProcess(ExecutorConfig config, Process process) {
        this.config = config;
        this.process = process;
    }

    /**
     * Starts a JVM like this one.
     *
     * @param config what it is told
     * @param settings the settings in it, as text
     * @param log what it writes is appended there
     */
    static ExecutorProcess start(ExecutorConfig config, Map<String, String> settings, Path log) throws IOException {
        Files.createDirectory(config.directory(), PRIVATE);
        Files.createDirectory(config.sharedMemory(), PRIVATE);
        if (!Files.exists(log)) {
            Files.createFile(log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        // Its standard input stays open as long as it lives: what it is told stands in no process list.
        OutputStream input = process.getOutputStream();
        try {
            input.write(Json.write(config.write(settings)).getBytes(StandardCharsets.UTF_8));
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            // It has died already; whoever waits for its hello hears of that.
        }
        return new ExecutorProcess(config, process);
    }

    /** The command of this process with another main class: the same Java, options, archive and jars. */
    private static List<String> command() throws IOException {
        String[] own =
                new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.UTF_8).split("\0", -1);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (int i = 1; i < own.length && own[i].startsWith("-") && !own[i].equals("-jar"); i++) {
            if (WITH_VALUE.contains(own[i])) {
                command.addAll(List.of(own[i], own[++i]));
            } else if (CLASS_PATH.contains(own[i])) {
                i++;
            } else if (!own[i].startsWith("-XX:ArchiveClassesAtExit") && !own[i].startsWith("-agentlib")) {
                command.add(own[i]);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ExecutorMain.class.getName()));
        return command;
    }

    ExecutorConfig config() {
        return config;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    void onExit(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    boolean owns(Path path) {
        Path real = path.normalize();
        return path.isAbsolute()
                && path.equals(real)
                && (path.startsWith(config.directory()) || path.startsWith(config.sharedMemory()) || ownSpill(path));
    }

    /** Tells whether a file is in a spill directory that the process made for itself, wherever a program's disks are. */
    private boolean ownSpill(Path path) {
        Path parent = path.getParent();
        Path name = parent == null ? null : parent.getFileName();
        return name != null && name.toString().startsWith("sluice-spill-" + pid() + "-");
    }

    /** Ends the process at once. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end, brings it about if need be, and says how it ended; its files stay. */
    String end() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        String how = process.isAlive()
                ? "it does not end"
                : process.exitValue() > SIGNALLED
                        ? "killed by signal " + (process.exitValue() - SIGNALLED)
                        : "exit code " + process.exitValue();
        return "executor lost: number=" + config.number() + " pid=" + pid() + " " + how;
    }

    /** Removes what it has left; to be called after its end. */
    void removeFiles() {
        Trees.delete(config.directory());
        Trees.delete(config.sharedMemory());
    }
}
