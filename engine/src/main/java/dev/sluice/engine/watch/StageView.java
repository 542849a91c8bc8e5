// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import java.util.List;

/**
 * A stage: how far it is, and sums over all attempts at its tasks.
 *
 * @param stage its number
 * @param job its job's number
 * @param name what the program called
 * @param dataset the node of the plan that it computes
 * @param status {@code RUNNING} or {@code ENDED}
 * @param started in nanoseconds since 1970
 * @param ended in nanoseconds since 1970; 0 while it runs
 * @param attempt how often all of its tasks started again
 * @param tasks how many tasks it has
 * @param running attempts that run
 * @param succeeded tasks that succeeded
 * @param failed attempts in which user code raised
 * @param lost attempts that were lost with their worker or a block
 * @param cancelled attempts that were cancelled
 * @param retries attempts after the first
 * @param times where the time of its tasks went
 * @param memoryBytesSpilled bytes of workers' memory that spilling freed
 * @param diskBytesSpilled bytes of run files that workers wrote
 * @param bytes length of what was emitted
 * @param records items that were emitted
 * @param workers how many workers took part
 * @param failures the latest failures
 */
public record StageView(
        int stage,
        long job,
        String name,
        long dataset,
        String status,
        long started,
        long ended,
        int attempt,
        int tasks,
        int running,
        int succeeded,
        int failed,
        int lost,
        int cancelled,
        int retries,
        Times times,
        long memoryBytesSpilled,
        long diskBytesSpilled,
        long bytes,
        long records,
        int workers,
        List<Failure> failures) {}
