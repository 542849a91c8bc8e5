// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.core.codec.Codecs;
import dev.sluice.core.settings.Settings;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.engine.ClosingEngine;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.RDDInfo;
import org.jspecify.annotations.Nullable;

/**
 * Engines over Spark, one context of Spark's for each of ours in turn. What {@code spark-submit} was told holds for all of
 * them; a context's own settings, {@code spark} in the call that starts it, come after.
 */
final class SparkEngines implements EngineFactory {
    /** How long executors may take to come. */
    private static final long COMING_MILLIS = 30_000;

    private volatile @Nullable SparkContext context;

    @Override
    public Engine start(DriverConfig config, EventBus events) throws IOException {
        EngineOptions told = config.engine(Codecs.none());
        SparkConf conf = new SparkConf();
        if (config.start().has("spark")) {
            config.start().textMap("spark").forEach(conf::set);
        }
        if (!conf.contains("spark.app.name")) {
            conf.setAppName(config.configuration().get(Settings.APP_NAME));
        }
        // Spark counts exceptions and lost workers together; JobWatch counts them apart, within this.
        int attempts = Math.max(told.maxFailures(), told.maxLosses());
        if (!conf.contains("spark.task.maxFailures")) {
            conf.set("spark.task.maxFailures", Integer.toString(attempts));
        }
        SparkContext started;
        try {
            started = new SparkContext(conf);
        } catch (RuntimeException e) {
            throw new IOException("Spark did not start: " + message(e), e);
        }
        context = started;
        SparkEngine engine =
                new SparkEngine(started, Terms.of(started.applicationId(), config), told, () -> slots(started), events);
        return new ClosingEngine(engine, () -> {
            started.stop();
            // Of a master in this process, whose tasks ran here.
            ExecutorWorkers.end();
        });
    }

    /** Executors that have just been asked for may still come; Spark itself then waits, and refuses late. */
    private static int slots(SparkContext context) {
        long age = System.currentTimeMillis() - context.startTime();
        return age < COMING_MILLIS ? Integer.MAX_VALUE : context.defaultParallelism();
    }

    private static String message(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == e ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause.getMessage();
    }

    private SparkContext running() throws IOException {
        SparkContext running = context;
        if (running == null || running.isStopped()) {
            throw new IOException("no context of Spark's is active");
        }
        return running;
    }

    @Override
    public Map<String, Object> engine() throws IOException {
        SparkContext running = running();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("slots", running.defaultParallelism());
        told.put("application", running.applicationId());
        told.put("version", running.version());
        told.put("ui", running.uiWebUrl().isDefined() ? running.uiWebUrl().get() : "");
        return told;
    }

    @Override
    public void addFile(String path, boolean archive) throws IOException {
        SparkContext running = running();
        try {
            if (archive) {
                running.addArchive(path);
            } else {
                running.addFile(path);
            }
        } catch (RuntimeException e) {
            throw new IOException("Spark does not take the file: path=" + path + ", reason=" + e.getMessage(), e);
        }
    }

    @Override
    public void logLevel(String level) {
        SparkContext running = context;
        if (running != null && !running.isStopped()) {
            running.setLogLevel(level.toUpperCase(Locale.ROOT));
        }
    }

    /** Nothing is left of a context of Spark's once it has stopped. */
    @Override
    public void clear(Collection<Long> broadcasts) {}

    /** Those are Spark's, on its machines. */
    @Override
    public Map<String, Object> workers() {
        return Map.of("workers", List.of(), "zygotes", List.of(), "forks", 0L);
    }

    @Override
    public Map<String, Object> cache() {
        SparkContext running = context;
        long cached = 0;
        if (running != null && !running.isStopped()) {
            cached = Arrays.stream(running.getRDDStorageInfo())
                    .mapToLong((RDDInfo info) -> info.memSize() + info.diskSize())
                    .sum();
        }
        return Map.of("cached", cached, "cacheLimit", 0L);
    }

    @Override
    public Map<String, String> versions() throws IOException {
        throw new IOException("what workers run is known where they run: a task that cannot run there says so");
    }

    @Override
    public void close() {
        SparkContext running = context;
        if (running != null && !running.isStopped()) {
            running.stop();
        }
    }
}
