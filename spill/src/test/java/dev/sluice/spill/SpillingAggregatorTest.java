// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.codec.Codecs;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpillingAggregatorTest {
    private static final SpillOptions SMALL = new SpillOptions(256, 1_000, 500, Codecs.none());
    private static final Aggregation<Long, Long> SUM = new Aggregation<>(v -> v, Long::sum, Long::sum);

    @TempDir
    Path temp;

    private final FailingFiles files = new FailingFiles();

    @SuppressWarnings("NullAway.Init")
    private SpillDirectories dirs;

    @BeforeEach
    void open() {
        dirs = SpillDirectories.open(List.of(temp), files);
    }

    @AfterEach
    void close() {
        dirs.close();
        assertThat(files.openCount()).isZero();
        assertThat(files.existing()).isEmpty();
    }

    /** A key whose hash is chosen, so that collisions are too. */
    record Key(int id, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.id == id;
        }
    }

    private static final Serializer<Key> KEYS = new Serializer<>() {
        @Override
        public void write(Key key, DataOutput out) throws IOException {
            out.writeInt(key.id);
            out.writeInt(key.hash);
        }

        @Override
        public Key read(DataInput in) throws IOException {
            return new Key(in.readInt(), in.readInt());
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Keys {
        FEW((random, i) -> sound(random.nextInt(10))),
        MANY((random, i) -> sound(random.nextInt())),
        REPEATED((random, i) -> sound(random.nextInt(1_000))),
        SKEWED((random, i) -> sound((int) (1 / (random.nextDouble() + 1e-4)))),
        HALF_IS_ONE((random, i) -> sound(random.nextBoolean() ? 0 : random.nextInt(2_000))),
        NULLS((random, i) -> random.nextInt(3) == 0 ? null : sound(random.nextInt(500))),
        ALL_HASHES_EQUAL((random, i) -> new Key(random.nextInt(600), 42)),
        FEW_HASHES((random, i) -> {
            int id = random.nextInt(800);
            return new Key(id, id % 3);
        }),
        HASHES_DIFFER_IN_HIGH_BITS((random, i) -> {
            int id = random.nextInt(2_000);
            return new Key(id, id << 20);
        }),
        IN_ORDER((random, i) -> sound(i / 3));

        private final BiFunction<Random, Integer, @Nullable Key> make;

        Keys(BiFunction<Random, Integer, @Nullable Key> make) {
            this.make = make;
        }

        private static Key sound(int id) {
            return new Key(id, Integer.hashCode(id));
        }
    }

    private static final Comparator<Key> ORDER = Comparator.nullsFirst(Comparator.comparingInt(Key::id));

    private static void assertFree(MemoryBudget budget, long limit) {
        long free = budget.tryAcquire(limit);
        budget.release(free);
        assertThat(free).isEqualTo(limit);
    }

    private static <K, C> Map<K, C> toMap(Iterator<Map.Entry<K, C>> entries) {
        Map<K, C> map = new HashMap<>();
        entries.forEachRemaining(entry -> {
            assertThat(map).doesNotContainKey(entry.getKey());
            map.put(entry.getKey(), entry.getValue());
        });
        return map;
    }

    @ParameterizedTest
    @EnumSource(Keys.class)
    void sumsAreThoseOfAHashMap(Keys keys) {
        for (int round = 0; round < 12; round++) {
            long seed = new Random(keys.name().hashCode() * 100L + round).nextLong();
            Random random = new Random(seed);
            long limit = round % 4 == 0 ? 0 : 1L << (8 + random.nextInt(14));
            int count = random.nextInt(6_000);
            MemoryBudget budget = MemoryBudget.of(limit);
            Map<Key, Long> expected = new HashMap<>();
            try (SpillingAggregator<Key, Long, Long> aggregator =
                    new SpillingAggregator<>(SUM, KEYS, Serializers.longs(), budget, dirs, SMALL)) {
                for (int i = 0; i < count; i++) {
                    Key key = keys.make.apply(random, i);
                    long value = random.nextLong();
                    expected.merge(key, value, Long::sum);
                    aggregator.insert(key, value);
                }
                Iterator<Map.Entry<Key, Long>> entries =
                        round % 2 == 0 ? aggregator.iterator() : aggregator.iterator(ORDER);
                List<Map.Entry<Key, Long>> list = new ArrayList<>();
                entries.forEachRemaining(list::add);
                String what = "keys=" + keys + " seed=" + seed + " limit=" + limit + " count=" + count;
                assertThat(toMap(list.iterator())).as(what).isEqualTo(expected);
                if (round % 2 == 1) {
                    assertThat(list).as(what).isSortedAccordingTo((a, b) -> ORDER.compare(a.getKey(), b.getKey()));
                }
                if (limit == 0 && expected.size() > 200) {
                    assertThat(aggregator.spilledBytes()).as(what).isPositive();
                }
            }
            assertFree(budget, limit);
            assertThat(files.openCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Keys.class)
    void groupsAreThoseOfAHashMap(Keys keys) {
        for (int round = 0; round < 6; round++) {
            long seed = new Random(keys.name().hashCode() * 1000L + round).nextLong();
            Random random = new Random(seed);
            long limit = 1L << (10 + random.nextInt(8));
            MemoryBudget budget = MemoryBudget.of(limit);
            Map<Key, List<Long>> expected = new HashMap<>();
            try (SpillingAggregator<Key, Long, List<Long>> aggregator = new SpillingAggregator<>(
                    Samples.GROUP, KEYS, Serializers.lists(Serializers.longs()), budget, dirs, SMALL)) {
                for (int i = 0; i < 3_000; i++) {
                    Key key = keys.make.apply(random, i);
                    long value = random.nextInt(100);
                    expected.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
                    aggregator.insert(key, value);
                }
                Map<Key, List<Long>> actual = toMap(aggregator.iterator());
                actual.values().forEach(list -> list.sort(null));
                expected.values().forEach(list -> list.sort(null));
                assertThat(actual)
                        .as("keys=%s seed=%d limit=%d", keys, seed, limit)
                        .isEqualTo(expected);
            }
            assertFree(budget, limit);
        }
    }

    @Test
    void everyNanIsOneKeyAndZerosHaveSigns() {
        double[] nans = {Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L), -Double.NaN};
        try (SpillingAggregator<Double, Long, Long> aggregator = new SpillingAggregator<>(
                SUM, Serializers.doubles(), Serializers.longs(), MemoryBudget.of(0), dirs, SMALL)) {
            for (int i = 0; i < 3_000; i++) {
                aggregator.insert(nans[i % 3], 1L);
                aggregator.insert(i % 2 == 0 ? 0.0 : -0.0, 1L);
                aggregator.insert((double) i + 1, 1L);
            }
            Map<Double, Long> map = toMap(aggregator.iterator());
            assertThat(aggregator.spilledBytes()).isPositive();
            assertThat(map).hasSize(3_003).containsEntry(Double.NaN, 3_000L);
            assertThat(map).containsEntry(0.0, 1_500L).containsEntry(-0.0, 1_500L);
        }
    }

    @Test
    void equalHashesTakePassesNotRecursion() {
        MemoryBudget budget = MemoryBudget.of(4_000);
        try (SpillingAggregator<Key, Long, Long> aggregator =
                new SpillingAggregator<>(SUM, KEYS, Serializers.longs(), budget, dirs, SMALL)) {
            for (int i = 0; i < 4_000; i++) {
                aggregator.insert(new Key(i % 1_000, 7), 1L);
            }
            assertThat(toMap(aggregator.iterator()))
                    .hasSize(1_000)
                    .allSatisfy((k, v) -> assertThat(v).isEqualTo(4));
        }
    }

    @Test
    void manySortedRunsAreMergedInRounds() {
        try (SpillingAggregator<Integer, Long, Long> aggregator = new SpillingAggregator<>(
                SUM, Serializers.integers(), Serializers.longs(), MemoryBudget.of(0), dirs, SMALL)) {
            List<Integer> keys = new ArrayList<>();
            new Random(5).ints(20_000).distinct().forEach(keys::add);
            keys.forEach(key -> aggregator.insert(key, 1L));
            List<Integer> actual = new ArrayList<>();
            aggregator.iterator(Comparator.<Integer>naturalOrder()).forEachRemaining(e -> actual.add(e.getKey()));
            keys.sort(null);
            assertThat(actual).isEqualTo(keys);
        }
    }

    @Test
    void anEmptyOne() {
        try (SpillingAggregator<Integer, Long, Long> aggregator =
                new SpillingAggregator<>(SUM, Serializers.integers(), Serializers.longs(), MemoryBudget.of(0), dirs)) {
            assertThat(aggregator.iterator()).isExhausted();
            assertThatThrownBy(aggregator::iterator)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cannot read: the aggregator was read already");
            assertThatThrownBy(() -> aggregator.insert(1, 1L))
                    .hasMessage("cannot insert: the aggregator is being read");
        }
    }

    @Test
    void aSerializerThatReadsLessThanItWroteIsFound() {
        Serializer<Long> wrong = new Serializer<>() {
            @Override
            public void write(Long value, DataOutput out) throws IOException {
                out.writeLong(value);
                out.writeByte(0);
            }

            @Override
            public Long read(DataInput in) throws IOException {
                return in.readLong();
            }
        };
        try (SpillingAggregator<Integer, Long, Long> aggregator =
                new SpillingAggregator<>(SUM, Serializers.integers(), wrong, MemoryBudget.of(0), dirs, SMALL)) {
            for (int i = 0; i < 1_000; i++) {
                aggregator.insert(i, 1L);
            }
            assertThatThrownBy(() -> toMap(aggregator.iterator()))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("serializer read less than it wrote: bytes=14 left=1");
        }
    }

    @Test
    void everyIoErrorIsAnErrorAndLeavesNothing() {
        Map<Integer, Long> expected = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            expected.merge(i % 120, 1L, Long::sum);
        }
        for (boolean forGood : new boolean[] {false, true}) {
            int refused = 0;
            for (long n = 1; ; n++) {
                MemoryBudget budget = MemoryBudget.of(2_000);
                files.failAt(n, forGood);
                try (SpillingAggregator<Integer, Long, Long> aggregator = new SpillingAggregator<>(
                        SUM, Serializers.integers(), Serializers.longs(), budget, dirs, SMALL)) {
                    for (int i = 0; i < 400; i++) {
                        aggregator.insert(i % 120, 1L);
                    }
                    Iterator<Map.Entry<Integer, Long>> entries = n % 2 == 0
                            ? aggregator.iterator()
                            : aggregator.iterator(Comparator.<Integer>naturalOrder());
                    assertThat(toMap(entries)).isEqualTo(expected);
                } catch (SpillException e) {
                    assertThat(e).hasMessageContaining("injected at call");
                    refused++;
                }
                boolean happened = files.heal();
                assertThat(files.openCount()).as("n=%d", n).isZero();
                assertFree(budget, 2_000);
                if (!happened) {
                    break;
                }
            }
            assertThat(refused).isGreaterThan(10);
        }
    }
}
