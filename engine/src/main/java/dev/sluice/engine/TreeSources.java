// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where a task's tree ends: what its worker does not compute but read as a stream, and what is kept of cached nodes. */
interface TreeSources {
    /** Tells whether trees have holes where their inputs stand, for whoever opens these. */
    boolean holes();

    /** Tells whether other tasks make a node's partitions, so that this one has them as streams. */
    boolean elsewhere(Dataset dataset);

    /** Returns the stream of a partition that is made elsewhere. */
    TaskInput open(Dataset dataset, int partition) throws IOException;

    /** Tells whether every partition of a cached node is kept. */
    boolean complete(Dataset.Cached dataset);

    /** Returns a kept partition; null if the task is to make it. */
    CacheStore.@Nullable Block kept(CacheStore.Slot slot) throws IOException;
}
