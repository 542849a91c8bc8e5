// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Processor time beside JMH's wall time: on a machine that does other things as well, cpuNanos over operations is the
 * figure to compare.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Cpu {
    /** How often the benchmark ran in the iteration; each run adds one. */
    public long operations;

    private long start;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void begin() {
        operations = 0;
        start = now();
    }

    /**
     * A counter that JMH reads at the iteration's end.
     *
     * @return processor time of this thread in the iteration, nanoseconds
     */
    public long cpuNanos() {
        return now() - start;
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
