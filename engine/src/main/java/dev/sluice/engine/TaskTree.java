// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskInput;
import java.util.List;

/**
 * What one task is told, and what it reads and keeps.
 *
 * @param bytes the nodes in prefix order, as {@code sluice/worker/task.py} pictures them
 * @param holes where in {@code bytes} the node of each input is still to be put, by whoever opens the inputs; empty if
 *     all are there
 * @param inputs the streams that it reads
 * @param keeps where the partitions that it stores may be, by stream number from {@link #CACHE_STREAMS}
 */
public record TaskTree(byte[] bytes, List<Integer> holes, List<TaskInput> inputs, List<Keep> keeps) {
    /** Output streams from here on are partitions to keep in the cache. */
    public static final int CACHE_STREAMS = 1 << 30;
}
