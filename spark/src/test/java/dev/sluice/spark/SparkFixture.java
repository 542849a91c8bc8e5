// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.engine.ClosingEngine;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineFixture;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.awaitility.Awaitility;

/**
 * A context of Spark's and engines over it, one after the other: one that starts anew for each test would be counted as
 * left behind by it, since Spark's own threads and sockets take seconds to go.
 */
final class SparkFixture implements AutoCloseable {
    private final AtomicInteger engines = new AtomicInteger();
    private final SparkContext context;

    /** Starts a context in which Spark tries tasks as often as the limits of the engines allow. */
    SparkFixture(SparkConf conf, int executors) {
        this.context = new SparkContext(conf.setAppName("contract")
                .set("spark.ui.enabled", "false")
                .set("spark.task.maxFailures", "3")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
        // One of them is the driver.
        Awaitility.await("executors")
                .atMost(Duration.ofSeconds(60))
                .until(() -> context.statusTracker().getExecutorInfos().length > executors);
        // What Spark opens for its first large results and keeps is not a leak of the test that has them.
        List<byte[]> large = Stream.generate(() -> new byte[2 << 20]).limit(8).toList();
        new JavaSparkContext(context).parallelize(large, 8).collect();
    }

    SparkContext context() {
        return context;
    }

    Engine start(EngineFixture.Setup setup) {
        EngineOptions options = setup.options();
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("directory", setup.directory().toString());
        told.put("pid", ProcessHandle.current().pid());
        told.put("python", setup.python());
        told.put("package", setup.packageDirectory().toString());
        told.put("hashSeed", "0");
        told.put("environment", Map.of());
        told.put("settings", Map.of());
        told.put("versions", Map.of());
        DriverConfig config = DriverConfig.read(new JsonObject(told));
        // Each with workers of its own, as if it had a context of its own.
        Terms terms = Terms.of(context.applicationId() + "-" + engines.incrementAndGet(), config);
        SparkEngine engine = new SparkEngine(context, terms, options, new EventBus());
        return new ClosingEngine(engine, ExecutorWorkers::end);
    }

    @Override
    public void close() {
        context.stop();
    }
}
