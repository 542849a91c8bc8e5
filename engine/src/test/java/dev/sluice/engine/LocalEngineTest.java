// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MemoryBudget;
import java.io.IOException;

/** LocalEngine keeps the contract. */
final class LocalEngineTest extends EngineContract {
    @Override
    protected Engine start(Setup setup) throws IOException {
        return WithPool.start(setup, MemoryBudget.of(64 << 20), MemoryBudget.of(64 << 20));
    }
}
