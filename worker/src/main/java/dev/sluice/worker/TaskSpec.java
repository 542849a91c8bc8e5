// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.util.List;

/**
 * One task, as {@code sluice/worker/task.py} pictures it.
 *
 * @param partition the partition that it computes
 * @param attempt 0 for the first try
 * @param attemptId a number that no other attempt of the program has
 * @param tree the tree of nodes in prefix order
 * @param inputs the streams that the tree's {@code D} nodes name
 */
public record TaskSpec(int partition, int attempt, long attemptId, byte[] tree, List<TaskInput> inputs) {}
