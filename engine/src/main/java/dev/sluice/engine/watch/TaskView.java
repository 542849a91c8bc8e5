// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * An attempt at a task.
 *
 * @param partition the partition
 * @param attempt 0 for the first try
 * @param pid the worker; 0 if there was none
 * @param status {@code RUNNING}, {@code SUCCEEDED}, {@code FAILED}, {@code LOST} or {@code CANCELLED}
 * @param started when it was given to its worker or, if that was with others before it, when it began, in nanoseconds
 *     since 1970
 * @param ended when that was known, in nanoseconds since 1970; 0 while it runs
 * @param times where its time went
 * @param diskBytesSpilled bytes of run files that its worker wrote
 * @param bytes length of what it emitted
 * @param records items that it emitted
 */
public record TaskView(
        int partition,
        int attempt,
        long pid,
        String status,
        long started,
        long ended,
        Times times,
        long diskBytesSpilled,
        long bytes,
        long records) {}
