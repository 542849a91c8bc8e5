// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.driver.LocalEngines;
import dev.sluice.driver.SessionHost;
import dev.sluice.driver.WebPages;
import dev.sluice.worker.OutputListener;
import java.io.IOException;

/** Runs every program's tasks in the coordinator itself: an engine a context, over pools that stay warm. */
final class EmbeddedHost implements SessionHost, AutoCloseable {
    private final WarmPools pools;
    private final WebPages pages = new WebPages();

    EmbeddedHost(WarmPools pools) {
        this.pools = pools;
    }

    @Override
    public EngineFactory engines(DriverConfig config, OutputListener output) throws IOException {
        return new LocalEngines(config, output, pools);
    }

    @Override
    public WebPages pages() {
        return pages;
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void close() {
        pages.close();
        pools.close();
    }
}
