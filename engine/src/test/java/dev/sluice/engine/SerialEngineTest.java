// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The contract leaves room for an engine with a single thread. */
final class SerialEngineTest extends EngineContract {
    @Override
    protected int together() {
        return 1;
    }

    @Override
    protected Engine start(Setup setup) throws IOException {
        Path pool = Files.createTempDirectory(setup.directory(), "pool");
        WorkerPool workers = new WorkerPool(
                PoolOptions.of(setup.python(), setup.packageDirectory(), pool), (pid, stage, partition, piece) -> {});
        return new SerialEngine(workers, setup.options(), SpillDirectories.open(List.of(setup.directory())));
    }
}
