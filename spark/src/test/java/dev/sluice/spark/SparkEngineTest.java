// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An engine on a real cluster of Spark keeps the contract. */
final class SparkEngineTest extends EngineContract {
    @TempDir
    static Path directory;

    private static @Nullable StandaloneSpark cluster;
    private static @Nullable SparkFixture spark;

    @BeforeAll
    static void startSpark() throws IOException {
        StandaloneSpark started = new StandaloneSpark(directory);
        cluster = started;
        SparkConf conf = new SparkConf(false)
                .setMaster(started.url())
                .set("spark.executor.memory", "700m")
                .set("spark.executor.extraClassPath", StandaloneSpark.ours());
        spark = new SparkFixture(conf, 2);
    }

    @AfterAll
    static void stopSpark() {
        if (spark != null) {
            spark.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    protected Engine start(Setup setup) {
        return Objects.requireNonNull(spark).start(setup);
    }

    @Override
    protected int together() {
        return 2;
    }
}
