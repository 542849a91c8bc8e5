// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineContract;
import java.io.IOException;
import java.util.Map;

/** An engine whose tasks run in two executors keeps the contract. */
final class ExecutorEngineTest extends EngineContract {
    @Override
    protected Engine start(Setup setup) throws IOException {
        return ExecutorFixtures.start(setup, Map.of("sluice.memory", "1g"));
    }

    @Override
    protected int together() {
        return 2;
    }
}
