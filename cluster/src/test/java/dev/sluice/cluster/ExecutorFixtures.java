// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.engine.ClosingEngine;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineFixture;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobHandle;
import dev.sluice.engine.ResultSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Executors and one program's engine over them, closed together. */
final class ExecutorFixtures implements Engine {
    private final ExecutorHost host;
    private final DriverConfig config;
    private final EngineFactory factory;
    private Engine engine;

    private ExecutorFixtures(ExecutorHost host, DriverConfig config) throws IOException {
        this.host = host;
        this.config = config;
        this.factory = host.engines(config, (pid, stage, partition, piece) -> {});
        this.engine = factory.start(config, new EventBus());
    }

    /** Starts executors of one slot each, and a program. */
    static ExecutorFixtures start(EngineFixture.Setup setup, Map<String, String> settings) throws IOException {
        Path directory = Files.createTempDirectory(setup.directory(), "h");
        Path logs = Files.createDirectory(directory.resolve("logs"));
        ExecutorHost host = new ExecutorHost(
                new ExecutorSettings(setup.options().slots(), 1, () -> logs, settings),
                Files.createDirectory(directory.resolve("c")),
                directory.resolve("m"));
        try {
            host.awaitReady();
            DriverConfig config = config(setup, Files.createDirectory(directory.resolve("p")), settings);
            ExecutorFixtures started = new ExecutorFixtures(host, config);
            // Waits for the zygotes, so that what a test finds at its beginning is what stays.
            started.factory.versions();
            return started;
        } catch (IOException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    private static DriverConfig config(EngineFixture.Setup setup, Path directory, Map<String, String> more) {
        EngineOptions options = setup.options();
        Map<String, Object> settings = new LinkedHashMap<>(more);
        settings.put("sluice.task.maxLosses", Integer.toString(options.maxLosses()));
        settings.put("sluice.shuffle.codec", options.codec().name());
        settings.put("sluice.barrier.timeout", options.barrier().toMillis() + "ms");
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("directory", directory.toString());
        told.put("pid", ProcessHandle.current().pid());
        told.put("python", setup.python());
        told.put("package", setup.packageDirectory().toString());
        told.put("hashSeed", "0");
        told.put("environment", Map.of());
        told.put("settings", settings);
        told.put("versions", Map.of());
        told.put("slots", (long) options.slots());
        told.put("maxFailures", (long) options.maxFailures());
        return DriverConfig.read(new JsonObject(told));
    }

    ExecutorHost host() {
        return host;
    }

    /** Lets executors forget broadcasts. */
    void clear(List<Long> broadcasts) {
        factory.clear(broadcasts);
    }

    /** Starts an engine of another program, alike in all. */
    Engine anotherProgram() throws IOException {
        EngineFactory other = host.engines(config, (pid, stage, partition, piece) -> {});
        return new ClosingEngine(other.start(config, new EventBus()), other::close);
    }

    /**
     * Goes on with another context of the program, as if the last lease of the one before had been sent after executors
     * were told to forget it: here it is taken for granted that they know its stages.
     */
    void anotherContext() throws IOException {
        engine.close();
        Packer nothing = new Packer().i32(0).i32(-1).list(List.<Long>of(), Packer::i64);
        host.fleet().links().forEach(link -> link.tell(Order.CLEAR, nothing));
        engine = factory.start(config, new EventBus());
    }

    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        return engine.submit(job, sink);
    }

    @Override
    public void forget(long dataset) {
        engine.forget(dataset);
    }

    @Override
    public void dropBroadcast(long broadcast) {
        engine.dropBroadcast(broadcast);
    }

    @Override
    public void close() {
        engine.close();
        factory.close();
        host.close();
    }
}
