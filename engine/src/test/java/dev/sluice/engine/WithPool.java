// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A local engine and the pool that was made for it, closed together. */
final class WithPool {
    private WithPool() {}

    static Engine start(EngineFixture.Setup setup, MemoryBudget shuffle, MemoryBudget cache) throws IOException {
        Path directory = Files.createTempDirectory(setup.directory(), "pool");
        WorkerPool pool = new WorkerPool(
                PoolOptions.of(setup.python(), setup.packageDirectory(), directory),
                (pid, stage, partition, piece) -> {});
        LocalEngine engine = new LocalEngine(
                pool,
                setup.options(),
                shuffle,
                cache,
                SpillDirectories.open(List.of(setup.directory())),
                new EventBus());
        return new ClosingEngine(engine, pool::close);
    }
}
