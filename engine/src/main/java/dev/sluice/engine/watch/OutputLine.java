// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/**
 * A piece of what a task printed.
 *
 * @param time when it came, in nanoseconds since 1970
 * @param pid the worker
 * @param stage the stage of its task
 * @param partition the partition of its task
 * @param text what was printed; a line, or a part of a long one
 */
public record OutputLine(long time, long pid, int stage, int partition, String text) {}
