// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import dev.sluice.spill.Aggregation;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.Serializer;
import dev.sluice.spill.Serializers;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillingAggregator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Counting keys: by {@code HashMap.merge}, by a {@code SpillingAggregator} that has the memory it asks for, and by one
 * that has a tenth of that; milliseconds to insert two million values and to read all counts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
public class AggregatorBenchmark {
    private static final int VALUES = 2_000_000;
    private static final Aggregation<Long, Long> SUM = new Aggregation<>(v -> v, Long::sum, Long::sum);

    /** What the keys are. */
    @Param({"words", "longs"})
    public String keys = "";

    /** Distinct keys, in thousands. */
    @Param({"50", "500"})
    public int distinct;

    private Object[] input = {};
    private Path directory = Path.of("");
    private long needed;

    /**
     * Makes the keys, and finds out how much memory an aggregator asks for.
     *
     * @throws IOException if there is no temporary directory
     */
    @Setup
    public void fill() throws IOException {
        directory = Files.createTempDirectory("aggregator");
        SplittableRandom random = new SplittableRandom(1);
        input = new Object[VALUES];
        for (int i = 0; i < VALUES; i++) {
            long key = random.nextInt(distinct * 1000);
            // Objects of their own each, as they would come from a reader.
            input[i] = keys.equals("words") ? new String("word-" + key) : Long.valueOf(key + 1000);
        }
        Asked asked = new Asked();
        sum(asked);
        needed = asked.most.get();
    }

    /**
     * Removes what a run that failed has left.
     *
     * @throws IOException if something is left
     */
    @TearDown
    public void remove() throws IOException {
        Files.delete(directory);
    }

    /** Grants everything and remembers how much that was. */
    private static final class Asked implements MemoryBudget {
        private final AtomicLong held = new AtomicLong();
        private final AtomicLong most = new AtomicLong();

        @Override
        public long tryAcquire(long bytes) {
            long now = held.addAndGet(bytes);
            most.accumulateAndGet(now, Math::max);
            return bytes;
        }

        @Override
        public void release(long bytes) {
            held.addAndGet(-bytes);
        }
    }

    /**
     * The anchor.
     *
     * @param cpu counts processor time
     * @return the sum of all counts
     */
    @Benchmark
    public long hashMap(Cpu cpu) {
        cpu.operations++;
        Map<Object, Long> map = new HashMap<>();
        for (Object key : input) {
            map.merge(key, 1L, Long::sum);
        }
        long sum = 0;
        for (Map.Entry<Object, Long> entry : map.entrySet()) {
            sum += entry.getValue();
        }
        return sum;
    }

    /**
     * All in memory.
     *
     * @param cpu counts processor time
     * @return the sum of all counts
     */
    @Benchmark
    public long inMemory(Cpu cpu) {
        cpu.operations++;
        return sum(MemoryBudget.of(Long.MAX_VALUE));
    }

    /**
     * With a tenth of what it would need.
     *
     * @param cpu counts processor time
     * @return the sum of all counts
     */
    @Benchmark
    public long withATenth(Cpu cpu) {
        cpu.operations++;
        return sum(MemoryBudget.of(needed / 10));
    }

    private long sum(MemoryBudget budget) {
        return keys.equals("words") ? sum(Serializers.strings(), budget) : sum(Serializers.longs(), budget);
    }

    @SuppressWarnings("unchecked")
    private <K> long sum(Serializer<K> serializer, MemoryBudget budget) {
        try (SpillDirectories directories = SpillDirectories.lazy(List.of(directory));
                SpillingAggregator<K, Long, Long> aggregator =
                        new SpillingAggregator<>(SUM, serializer, Serializers.longs(), budget, directories)) {
            for (Object key : input) {
                aggregator.insert((K) key, 1L);
            }
            long sum = 0;
            for (Iterator<Map.Entry<K, Long>> entries = aggregator.iterator(); entries.hasNext(); ) {
                sum += entries.next().getValue();
            }
            return sum;
        }
    }
}
