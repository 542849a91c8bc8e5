// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineContract;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An engine on a real cluster of Spark keeps the contract. */
final class SparkEngineTest extends EngineContract {
    @TempDir
    static Path directory;

    private static StandaloneSpark cluster;
    private static SparkFixture spark;

    @BeforeAll
    static void startSpark() throws IOException {
        cluster = new StandaloneSpark(directory);
        spark = new SparkFixture(new SparkConf(false)
                .setMaster(cluster.url())
                .set("spark.executor.memory", "700m")
                .set("spark.executor.extraClassPath", StandaloneSpark.ours())
                .set("spark.scheduler.minRegisteredResourcesRatio", "1"));
    }

    @AfterAll
    static void stopSpark() {
        spark.close();
        cluster.close();
    }

    @Override
    protected Engine start(Setup setup) {
        return spark.start(setup);
    }

    @Override
    protected int together() {
        return 2;
    }
}
