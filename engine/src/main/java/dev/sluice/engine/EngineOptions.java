// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import java.time.Duration;

/**
 * How a local engine runs tasks.
 *
 * @param slots tasks at a time
 * @param maxFailures user exceptions of one task after which its job fails, at least 1
 * @param maxLosses lost workers or blocks of one task after which its job fails, at least 1
 * @param fifo whether slots go to the oldest job first, instead of round the jobs
 * @param maxLease tasks that a worker is given at once, at most, while they are short
 * @param codec how map output is packed where it goes to a file
 * @param grace how long tasks that still run when another task failed their job may take to end by themselves
 * @param barrier how long tasks of a barrier stage wait for each other
 */
public record EngineOptions(
        int slots,
        int maxFailures,
        int maxLosses,
        boolean fifo,
        int maxLease,
        Codec codec,
        Duration grace,
        Duration barrier) {
    /**
     * Makes options that leave map output as it is.
     *
     * @param slots tasks at a time
     * @param maxFailures user exceptions of one task after which its job fails, at least 1
     * @param maxLosses lost workers or blocks of one task after which its job fails, at least 1
     * @param fifo whether slots go to the oldest job first, instead of round the jobs
     */
    public EngineOptions(int slots, int maxFailures, int maxLosses, boolean fifo) {
        this(slots, maxFailures, maxLosses, fifo, 32, Codecs.none(), Duration.ofMillis(100), Duration.ofDays(365));
    }
}
