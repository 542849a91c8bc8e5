// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineContract;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** An engine on Spark in this process keeps the contract. */
final class LocalSparkTest extends EngineContract {
    private static SparkFixture spark;

    @BeforeAll
    static void startSpark() {
        spark = new SparkFixture(new SparkConf(false).setMaster("local[2,3]"));
    }

    @AfterAll
    static void stopSpark() {
        spark.close();
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
