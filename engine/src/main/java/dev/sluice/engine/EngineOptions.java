// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/**
 * How a local engine runs tasks.
 *
 * @param slots tasks at a time
 * @param maxFailures user exceptions of one task after which its job fails, at least 1
 * @param maxLosses lost workers or blocks of one task after which its job fails, at least 1
 * @param fifo whether slots go to the oldest job first, instead of round the jobs
 */
public record EngineOptions(int slots, int maxFailures, int maxLosses, boolean fifo) {}
