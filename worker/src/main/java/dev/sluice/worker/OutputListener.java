// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.nio.ByteBuffer;

/**
 * Takes what user code writes to descriptors 1 and 2, and may hear of workers' lives. Called by one thread at a time for
 * each worker's output; must not block.
 */
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

    /**
     * Hears that a worker has said hello.
     *
     * @param pid the worker
     * @param parent the zygote or generation that forked it
     */
    default void started(long pid, long parent) {}

    /**
     * Hears that a process below a zygote has ended: a worker or a generation.
     *
     * @param pid the process
     * @param how its exit code or signal, and its peak memory
     */
    default void ended(long pid, String how) {}
}
