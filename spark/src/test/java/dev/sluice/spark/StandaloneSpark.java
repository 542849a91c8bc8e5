// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.awaitility.Awaitility;

/**
 * A real cluster of Spark's on this machine: a master and two workers of one core each, started by its own scripts. They
 * are nobody's children, so that a test which counts its processes does not count theirs.
 */
final class StandaloneSpark implements AutoCloseable {
    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final List<String> WORKERS = List.of("worker1", "worker2");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final List<Path> pids = new ArrayList<>();
    private final String url;

    /** Starts the cluster below a directory, and waits for it. */
    StandaloneSpark(Path directory) throws IOException {
        this.directory = directory;
        // Also where the tests are interrupted: nobody else would end them.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        try {
            start(
                    "master",
                    "org.apache.spark.deploy.master.Master",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    "0",
                    "--webui-port",
                    "0");
            Awaitility.await("master")
                    .atMost(PATIENCE)
                    .until(() -> MASTER.matcher(log("master")).find());
            Matcher found = MASTER.matcher(log("master"));
            found.find();
            this.url = found.group(1);
            for (String worker : WORKERS) {
                start(
                        worker,
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--cores",
                        "1",
                        "--memory",
                        "1g",
                        "--webui-port",
                        "0",
                        "--work-dir",
                        directory.resolve(worker).toString(),
                        url);
            }
            for (String worker : WORKERS) {
                Awaitility.await(worker)
                        .atMost(PATIENCE)
                        .until(() -> log(worker).contains("Successfully registered with master"));
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    String url() {
        return url;
    }

    /** What executors need of ours on their class path: what has our classes, and JNA. */
    static String ours() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> {
                    Path path = Path.of(entry);
                    String name = String.valueOf(path.getFileName());
                    return Files.isDirectory(path.resolve("dev/sluice"))
                            || name.startsWith("sluice-")
                            || name.startsWith("jna-");
                })
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path home() {
        try {
            Path jar = Path.of(SparkContext.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.resolve("../..").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(String name, String... command) throws IOException {
        Path pid = directory.resolve(name + ".pid");
        List<String> whole = new ArrayList<>(List.of(
                "setsid",
                "--fork",
                "sh",
                "-c",
                "echo $$ > \"$0\"; exec \"$@\"",
                pid.toString(),
                home() + "/bin/spark-class"));
        whole.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", home().toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment()
                .put(
                        "SPARK_LOCAL_DIRS",
                        Files.createDirectory(directory.resolve(name + "-local"))
                                .toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        pids.add(pid);
        try {
            builder.start().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String log(String name) {
        try {
            return Files.readString(directory.resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        for (Path file : pids) {
            try {
                long pid = Long.parseLong(Files.readString(file).strip());
                ProcessHandle.of(pid).ifPresent(process -> {
                    process.destroy();
                    Awaitility.await("end of " + file).atMost(PATIENCE).until(() -> !process.isAlive());
                });
            } catch (IOException e) {
                // It did not come so far.
            }
        }
        pids.clear();
    }
}
