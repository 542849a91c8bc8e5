// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same work in a JVM whose heap could not hold the data: the bound is the heap's limit, not an estimate. */
class BoundedHeapTest {
    private static final long BUDGET = 8L << 20;
    private static final int KEYS = 1_000_000;

    @TempDir
    Path temp;

    /** Main class of the small JVM. */
    static final class Work {
        private Work() {}

        @SuppressWarnings("SystemOut") // the test reads it
        public static void main(String[] args) throws InterruptedException {
            try (SpillDirectories dirs = SpillDirectories.open(List.of(Path.of(args[1])))) {
                MemoryBudget budget = MemoryBudget.of(BUDGET);
                switch (args[0]) {
                    case "sum" -> sum(budget, dirs);
                    case "group" -> group(budget, dirs);
                    case "bytes" -> bytes(budget, dirs);
                    default -> throw new IllegalArgumentException(args[0]);
                }
            }
            System.out.println("exact");
        }

        private static void check(boolean right, Object what) {
            if (!right) {
                throw new AssertionError(what);
            }
        }

        private static void sum(MemoryBudget budget, SpillDirectories dirs) {
            Aggregation<Long, Long> sum = new Aggregation<>(v -> v, Long::sum, Long::sum);
            try (SpillingAggregator<String, Long, Long> aggregator =
                    new SpillingAggregator<>(sum, Serializers.strings(), Serializers.longs(), budget, dirs)) {
                for (int i = 0; i < 2 * KEYS; i++) {
                    aggregator.insert("key-" + i % KEYS, 1L);
                }
                int keys = 0;
                String last = "";
                for (Iterator<Map.Entry<String, Long>> it = aggregator.iterator(String::compareTo); it.hasNext(); ) {
                    Map.Entry<String, Long> entry = it.next();
                    check(entry.getValue() == 2 && last.compareTo(entry.getKey()) < 0, entry);
                    last = entry.getKey();
                    keys++;
                }
                check(keys == KEYS, keys);
            }
        }

        /** Growing lists, one of which has a tenth of all values. */
        private static void group(MemoryBudget budget, SpillDirectories dirs) {
            try (SpillingAggregator<Long, Long, List<Long>> aggregator = new SpillingAggregator<>(
                    Samples.GROUP, Serializers.longs(), Serializers.lists(Serializers.longs()), budget, dirs)) {
                for (long i = 0; i < KEYS; i++) {
                    aggregator.insert(i % 10 == 0 ? -1 : i % 5_000, i);
                }
                long values = 0;
                for (Iterator<Map.Entry<Long, List<Long>>> it = aggregator.iterator(); it.hasNext(); ) {
                    values += it.next().getValue().size();
                }
                check(values == KEYS, values);
            }
        }

        private static void bytes(MemoryBudget budget, SpillDirectories dirs) throws InterruptedException {
            ByteBuffer chunk = ByteBuffer.allocate(10_000);
            long total = 0;
            try (PartitionWriter writer = new PartitionWriter(50, budget, dirs);
                    Spool spool = new Spool(budget, dirs)) {
                for (int i = 0; i < 20_000; i++) {
                    writer.write(i % 50, chunk.duplicate(), 1);
                    spool.append(chunk.duplicate());
                    total += chunk.capacity();
                }
                spool.complete(total, 20_000);
                long read = 0;
                for (ByteBuffer got = spool.next(); got != null; got = spool.next()) {
                    read += got.remaining();
                }
                try (MapOutput output = writer.finish()) {
                    for (int p = 0; p < 50; p++) {
                        check(output.records(p) == 400, p);
                        try (ChunkReader reader = output.open(p)) {
                            for (ByteBuffer got = reader.next(); got != null; got = reader.next()) {
                                read += got.remaining();
                            }
                        }
                    }
                }
                check(read == 2 * total, read);
            }
        }
    }

    private void run(String what) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Work.class.getName(),
                        what,
                        temp.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).lines())
                    .last()
                    .isEqualTo("exact");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aMillionKeysSorted() throws Exception {
        run("sum");
    }

    @Test
    void listsThatGrow() throws Exception {
        run("group");
    }

    @Test
    void fourHundredMegabytesOfBytes() throws Exception {
        run("bytes");
    }
}
