// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.driver.SessionHost;
import dev.sluice.driver.WebPages;
import dev.sluice.worker.OutputListener;

/** A JVM of one program, whose engines run on Spark. */
final class SparkHost implements SessionHost {
    private final WebPages pages = new WebPages();

    @Override
    public EngineFactory engines(DriverConfig config, OutputListener output) {
        return new SparkEngines();
    }

    @Override
    public WebPages pages() {
        return pages;
    }

    @Override
    public boolean shared() {
        return false;
    }
}
