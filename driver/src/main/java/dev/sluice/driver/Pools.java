// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.worker.OutputListener;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;

/** Where a program's workers come from: a pool of its own, or one that another program has left warm. */
public interface Pools {
    /**
     * Takes a pool for a context; nobody else has it until it is given back.
     *
     * @param config the program with the context's settings
     * @param output takes what its user code prints
     * @return a pool without workers; its zygote may run already
     * @throws IOException if none can be started
     */
    WorkerPool take(DriverConfig config, OutputListener output) throws IOException;

    /**
     * Takes a pool back that the program needs no more.
     *
     * @param pool the pool
     */
    void giveBack(WorkerPool pool);
}
