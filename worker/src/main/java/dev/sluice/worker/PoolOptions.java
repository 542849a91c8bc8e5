// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a pool starts and keeps its workers.
 *
 * @param python the interpreter's command
 * @param packageDirectory the directory that holds the Python package {@code sluice}
 * @param directory a private directory of the run; the pool's socket is made in it
 * @param environment variables for the zygote and its workers, over this process's own
 * @param hashSeed the value of PYTHONHASHSEED that all workers share
 * @param preload modules that the zygote imports before it forks
 * @param reuse whether a worker serves more than one task
 * @param idleTimeout how long an idle worker stays
 * @param startTimeout how long a zygote, worker or generation may take to say hello
 * @param maxTasks tasks after which a worker is replaced
 * @param strict whether a worker that left any thread or descriptor behind is replaced
 * @param maxGrowth bytes of memory that a worker may gain over its tasks before it is replaced; 0 for no limit
 * @param spill the Python side's limits for aggregation: {@code memory} in bytes, {@code directories}, {@code codec};
 *     empty for its defaults
 * @param versions what the other side runs, {@code python} and {@code cloudpickle}; workers that run another are
 *     refused; empty to take any
 * @param maxFrameLength largest frame accepted from a worker, in bytes
 */
public record PoolOptions(
        String python,
        Path packageDirectory,
        Path directory,
        Map<String, String> environment,
        String hashSeed,
        List<String> preload,
        boolean reuse,
        Duration idleTimeout,
        Duration startTimeout,
        long maxTasks,
        boolean strict,
        long maxGrowth,
        Map<String, Object> spill,
        Map<String, String> versions,
        long maxFrameLength) {
    /**
     * Returns options with the defaults of the settings.
     *
     * @param python the interpreter's command
     * @param packageDirectory the directory that holds the Python package {@code sluice}
     * @param directory a private directory of the run
     * @return options that reuse workers
     */
    public static PoolOptions of(String python, Path packageDirectory, Path directory) {
        return new PoolOptions(
                python,
                packageDirectory,
                directory,
                Map.of(),
                "0",
                List.of(),
                true,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                100_000,
                false,
                1L << 30,
                Map.of(),
                Map.of(),
                64L << 20);
    }

    /**
     * Returns the same options with worker reuse on or off.
     *
     * @param value whether a worker serves more than one task
     * @return a copy
     */
    public PoolOptions withReuse(boolean value) {
        return new PoolOptions(
                python,
                packageDirectory,
                directory,
                environment,
                hashSeed,
                preload,
                value,
                idleTimeout,
                startTimeout,
                maxTasks,
                strict,
                maxGrowth,
                spill,
                versions,
                maxFrameLength);
    }

    /**
     * Returns the same options with another idle timeout.
     *
     * @param value how long an idle worker stays
     * @return a copy
     */
    public PoolOptions withIdleTimeout(Duration value) {
        return new PoolOptions(
                python,
                packageDirectory,
                directory,
                environment,
                hashSeed,
                preload,
                reuse,
                value,
                startTimeout,
                maxTasks,
                strict,
                maxGrowth,
                spill,
                versions,
                maxFrameLength);
    }

    /**
     * Returns the same options with other variables.
     *
     * @param value variables for the zygote and its workers, over this process's own
     * @return a copy
     */
    public PoolOptions withEnvironment(Map<String, String> value) {
        return new PoolOptions(
                python,
                packageDirectory,
                directory,
                value,
                hashSeed,
                preload,
                reuse,
                idleTimeout,
                startTimeout,
                maxTasks,
                strict,
                maxGrowth,
                spill,
                versions,
                maxFrameLength);
    }
}
