// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.nio.ByteBuffer;

/** Takes what user code writes to descriptors 1 and 2. Called by one thread at a time for each worker; must not block. */
@FunctionalInterface
public interface OutputListener {
    /**
     * Takes a piece of output.
     *
     * @param pid the worker
     * @param stage the stage of the task that the worker runs
     * @param partition the task's partition
     * @param piece bytes that are valid until this call returns
     */
    void output(long pid, int stage, int partition, ByteBuffer piece);
}
