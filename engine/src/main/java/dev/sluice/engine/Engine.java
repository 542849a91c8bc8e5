// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;

/**
 * Runs jobs over plans. What every engine promises is written down as {@code EngineContract} in this module's tests;
 * an engine passes it unchanged. It has no notion of a driver, of pickles or of results: a {@link ResultSink} takes
 * those. To test with it, use the contract's one-thread engine.
 */
public interface Engine extends AutoCloseable {
    /**
     * Starts a job and returns at once.
     *
     * @param job what to compute
     * @param sink takes the results, then one end
     * @return a handle to cancel it
     */
    JobHandle submit(Job job, ResultSink sink);

    /**
     * Frees what is kept for a node: shuffle output, cached partitions. Jobs that read it compute it again.
     *
     * @param dataset the node's id
     */
    void forget(long dataset);

    /**
     * Frees a broadcast in all workers.
     *
     * @param broadcast its id
     */
    void dropBroadcast(long broadcast);

    /**
     * Tells what is kept of cached nodes, for people to look at.
     *
     * @return their sizes now; nothing of an engine that does not tell
     */
    default List<CachedDataset> cached() {
        return List.of();
    }

    /** Cancels all jobs, frees what was kept, deletes all files. Idempotent. */
    @Override
    void close();
}
