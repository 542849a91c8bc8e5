// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Census;
import dev.sluice.core.codec.Codecs;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.TestPython;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An engine under test over real Python processes, started for each test and counted out after it. */
@ExtendWith(Census.class)
public abstract class EngineFixture {
    /** What an engine under test is given. */
    public record Setup(EngineOptions options, String python, Path packageDirectory, Path directory) {}

    private final AtomicLong jobs = new AtomicLong();
    private final AtomicLong broadcasts = new AtomicLong();

    @TempDir
    Path temporary;

    private Duration barrier = Duration.ofDays(1);
    protected TestPython python;
    protected Plans plans;
    protected Path files;
    private Path modules;
    private Engine engine;

    /** Starts an engine that ends all of its processes when it is closed. */
    protected abstract Engine start(Setup setup) throws IOException;

    @BeforeEach
    void startPython() throws IOException {
        modules = Files.createDirectory(temporary.resolve("modules"));
        files = Files.createDirectory(temporary.resolve("files"));
        try (InputStream functions = EngineFixture.class.getResourceAsStream("/contract_functions.py")) {
            Files.copy(functions, modules.resolve("contract_functions.py"));
        }
        python = new TestPython(modules, TestPython.packageDirectory());
        python.run("from contract_functions import *");
        plans = new Plans(python);
        Files.createDirectory(temporary.resolve("engine"));
        engine = start(new EngineOptions(2, 1, 3, false, 32, Codecs.zstd(), Duration.ofMillis(100), barrier));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        python.close();
        assertThat(left()).as("files left by the engine").isEmpty();
    }

    private Engine start(EngineOptions options) throws IOException {
        return start(new Setup(
                options, TestPython.interpreter(), TestPython.packageDirectory(), temporary.resolve("engine")));
    }

    /** Goes on with an engine that allows this many failures of a task. */
    void allowFailures(int maxFailures) throws IOException {
        engine.close();
        engine = start(new EngineOptions(2, maxFailures, 3, false, 32, Codecs.zstd(), Duration.ofMillis(100), barrier));
    }

    /** Goes on with an engine whose tasks wait so long for each other. */
    void waitAtBarriers(Duration timeout) throws IOException {
        engine.close();
        barrier = timeout;
        engine = start(new EngineOptions(2, 1, 3, false, 32, Codecs.zstd(), Duration.ofMillis(100), barrier));
    }

    /** Goes on with an engine that gives up a task once it was lost this often. */
    void allowLosses(int maxLosses) throws IOException {
        engine.close();
        engine = start(new EngineOptions(2, 1, maxLosses, false, 32, Codecs.zstd(), Duration.ofMillis(100), barrier));
    }

    Engine engine() {
        return engine;
    }

    /** What the engine has in its directory, but for logs and directories. */
    protected List<Path> left() throws IOException {
        try (Stream<Path> all = Files.walk(temporary.resolve("engine"))) {
            return all.filter(
                            file -> !Files.isDirectory(file) && !file.toString().endsWith(".log"))
                    .toList();
        }
    }

    /** Where tasks find the modules of their functions. */
    protected List<String> path() {
        return List.of(modules.toString());
    }

    protected Recorder submit(Dataset target) {
        Recorder recorder = new Recorder();
        submit(target, recorder);
        return recorder;
    }

    protected JobHandle submit(Dataset target, ResultSink sink) {
        return submit(target, IntStream.range(0, target.partitions()).boxed().toList(), sink);
    }

    JobHandle submit(Dataset target, List<Integer> partitions, ResultSink sink) {
        Job job = new Job(jobs.getAndIncrement(), target, partitions, path(), Map.of("name", "a value"));
        return engine.submit(job, sink);
    }

    /** Runs a job and returns its records as Python shows them, a list a partition. */
    protected String run(Dataset target) throws InterruptedException {
        return show(submit(target));
    }

    protected String show(Recorder recorder) throws InterruptedException {
        List<String> shown = new ArrayList<>();
        for (byte[] partition : recorder.result()) {
            shown.add(python.show("show", partition));
        }
        return shown.toString();
    }

    /** The value of a Python expression, as {@link #run} shows it. */
    String evaluate(String expression) {
        python.run("def show_value(data): return " + expression);
        return python.show("show_value", new byte[0]);
    }

    protected JobFailure fail(Dataset target) throws InterruptedException {
        return submit(target).failure();
    }

    /** The sum of all accumulator updates of a job. */
    int sum(Recorder recorder) throws InterruptedException {
        recorder.result();
        return Integer.parseInt(python.show("show_sum", recorder.updates()));
    }

    /** Makes a broadcast of a Python expression's value. */
    protected BroadcastFile broadcast(String expression, boolean shared) throws IOException {
        long id = broadcasts.getAndIncrement();
        Path path = files.resolve("broadcast-" + id);
        python.run("save(" + text(path) + ", " + expression + ")");
        return new BroadcastFile(id, path.toString(), Files.size(path), shared);
    }

    /** A path as a Python expression. */
    protected static String text(Path path) {
        return "'" + path + "'";
    }

    protected Path directory(String name) throws IOException {
        return Files.createDirectories(files.resolve(name));
    }

    protected static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
