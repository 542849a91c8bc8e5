// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PickleCodecTest {
    private static final PickleCodec CODEC = PickleCodec.bounded(1 << 20);

    private static final String DUMP = """
            import collections, datetime, decimal, pickle, sys
            for line in sys.stdin:
                value = eval(line)
                print(*(pickle.dumps(value, protocol).hex() for protocol in range(6)))
            """;

    private static final String LOAD = """
            import pickle, sys
            for line in sys.stdin:
                print(ascii(pickle.loads(bytes.fromhex(line))))
            """;

    @Test
    void readsWhatPythonWritesInEveryProtocol() throws IOException, InterruptedException {
        Map<String, Object> cases = cases();
        List<String> answers = RealPython.run(DUMP, List.copyOf(cases.keySet()));
        assertThat(answers).hasSameSizeAs(cases.keySet());
        int row = 0;
        for (Map.Entry<String, Object> expected : cases.entrySet()) {
            String[] pickles = answers.get(row++).split(" ", -1);
            assertThat(pickles).hasSize(6);
            for (int protocol = 0; protocol < pickles.length; protocol++) {
                Object value = CODEC.loads(HexFormat.of().parseHex(pickles[protocol]));
                String what = expected.getKey() + " in protocol " + protocol;
                assertThat(text(value)).as(what).isEqualTo(text(expected.getValue()));
            }
        }
    }

    @Test
    void pythonReadsWhatIsWritten() throws IOException, InterruptedException {
        Map<String, Object> cases = new LinkedHashMap<>();
        cases.put("None", null);
        cases.put("[True, False]", List.of(true, false));
        cases.put("[1, -1, 2147483648, -9223372036854775808]", List.of((byte) 1, (short) -1, 1L << 31, Long.MIN_VALUE));
        cases.put("-" + BigInteger.TEN.pow(40), BigInteger.TEN.pow(40).negate());
        cases.put("[0.1, inf, -0.0]", List.of(0.1, Float.POSITIVE_INFINITY, -0.0));
        cases.put("['', 'x', '\\xe9\\u20ac\\U0001f600']", List.of("", 'x', "é€😀"));
        cases.put("'a\\ud800b\\U0001f600'", "a\ud800b😀");
        cases.put("b'\\x00\\xff'", new byte[] {0, -1});
        cases.put("(1, (), [])", new Object[] {1, new Object[0], List.of()});
        cases.put("{'b': 1, 'a': {}}", ordered("b", 1, "a", Map.of()));
        cases.put("{7}", Set.of(7));
        cases.put("Decimal('1.50')", new BigDecimal("1.50"));
        cases.put("datetime.date(2024, 2, 29)", LocalDate.of(2024, 2, 29));
        cases.put("datetime.time(1, 2, 3, 65540)", LocalTime.of(1, 2, 3, 65_540_999));
        cases.put(
                "datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)",
                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000));
        cases.put(
                "datetime.datetime(1, 1, 1, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=84600)))",
                OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.ofHoursMinutes(0, -30)));
        cases.put("datetime.time(5, 0, tzinfo=datetime.timezone.utc)", OffsetTime.of(5, 0, 0, 0, ZoneOffset.UTC));
        cases.put("datetime.timedelta(days=-1, seconds=86399, microseconds=999999)", Duration.ofNanos(-1000));
        List<String> pickles = cases.values().stream()
                .map(value -> HexFormat.of().formatHex(CODEC.dumps(value)))
                .toList();
        assertThat(RealPython.run(LOAD, pickles)).containsExactlyElementsOf(cases.keySet());
    }

    @Test
    void roundTripKeepsOrderAndIdentity() {
        List<Object> shared = new ArrayList<>(List.of(1));
        List<Object> value = new ArrayList<>(Arrays.asList(shared, shared, new ArrayList<>(List.of(1)), null));
        List<?> back = (List<?>) loads(CODEC.dumps(value));
        assertThat(back).isEqualTo(value);
        assertThat(back.get(0)).isSameAs(back.get(1)).isNotSameAs(back.get(2));

        Map<String, Integer> map = new LinkedHashMap<>();
        for (int i = 100; i > 0; i--) {
            map.put("key " + i, i);
        }
        Map<?, ?> mapBack = (Map<?, ?>) loads(CODEC.dumps(map));
        assertThat(List.copyOf(mapBack.keySet())).isEqualTo(List.copyOf(map.keySet()));
    }

    @Test
    void aListWithinItself() {
        // What Python writes for: x = []; x.append(x)
        List<?> value = (List<?>) loads(HexFormat.of().parseHex("80045d946800612e"));
        assertThat(value.get(0)).isSameAs(value);
    }

    @Test
    void goldenBytes() {
        assertThat(loads(HexFormat.of().parseHex("80027d71002858010000006171014b0158010000006271025d7103752e")))
                .isEqualTo(Map.of("a", 1, "b", List.of()));
        assertThat(HexFormat.of().formatHex(CODEC.dumps(List.of(1, "a"))))
                .isEqualTo("80025d7100284b015801000000617101652e");
    }

    @Test
    void whatPythonDoesNotHaveIsRefused() {
        for (Object value : new Object[] {
            new int[0],
            new Object() {},
            Thread.currentThread(),
            List.of(Map.of(1, new StringBuilder("x"))),
            Duration.class
        }) {
            assertThatThrownBy(() -> CODEC.dumps(value))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageStartingWith("cannot pickle: class=")
                    .hasMessageContaining("has no counterpart in Python");
        }
        assertThatThrownBy(() -> CODEC.dumps(LocalDate.of(10_000, 1, 1)))
                .hasMessage("cannot pickle: year=10000, Python has 1 to 9999");
    }

    @Test
    void limitsHoldForWriting() {
        assertThat(PickleCodec.bounded(4).dumps(null)).hasSize(4);
        for (Object value : new Object[] {"x".repeat(100), new byte[100], Collections.nCopies(100, 1)}) {
            assertThatThrownBy(() -> PickleCodec.bounded(100).dumps(value))
                    .isInstanceOf(SluiceException.class)
                    .hasMessage("cannot pickle: the pickle gets longer than limit=100 bytes");
        }
        List<Object> deep = List.of();
        for (int i = 0; i < 100_000; i++) {
            deep = List.of(deep);
        }
        List<Object> tooDeep = deep;
        assertThatThrownBy(() -> CODEC.dumps(tooDeep)).hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> PickleCodec.bounded(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Map<String, Object> cases() {
        Map<String, Object> cases = new LinkedHashMap<>();
        cases.put("None", null);
        cases.put("[True, False]", List.of(true, false));
        cases.put(
                "[0, 255, 256, 65535, 65536, -1, 2**31-1, -2**31]",
                List.of(0, 255, 256, 65_535, 65_536, -1, Integer.MAX_VALUE, Integer.MIN_VALUE));
        cases.put(
                "[2**31, -2**31-1, 2**63-1, -2**63]",
                List.of(1L << 31, -(1L << 31) - 1, Long.MAX_VALUE, Long.MIN_VALUE));
        cases.put(
                "[2**63, -10**40, 2**8000]",
                List.of(BigInteger.TWO.pow(63), BigInteger.TEN.pow(40).negate(), BigInteger.TWO.pow(8000)));
        cases.put("[0.1, -0.0, 1e300, float('inf')]", List.of(0.1, -0.0, 1e300, Double.POSITIVE_INFINITY));
        cases.put("['', 'a\\n', '\\xe9\\u20ac\\U0001f600', 'x' * 300]", List.of("", "a\n", "é€😀", "x".repeat(300)));
        cases.put(
                "[b'', b'\\x00\\xff', b'y' * 300, bytearray(b''), bytearray(b'\\x80')]",
                List.of(new byte[0], new byte[] {0, -1}, bytes(300), new byte[0], new byte[] {-128}));
        cases.put(
                "[(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]",
                List.of(new Object[0], new Object[] {1}, new Object[] {1, 2}, new Object[] {1, 2, 3}, new Object[] {
                    1, 2, 3, 4
                }));
        cases.put(
                "[[], [[]], {}, {'b': 1, 'a': [2]}, {(1, 'x'): None}]",
                List.of(
                        List.of(),
                        List.of(List.of()),
                        Map.of(),
                        ordered("b", 1, "a", List.of(2)),
                        ordered(new Object[] {1, "x"}, null)));
        cases.put("[set(), {1}, frozenset(), frozenset(['a'])]", List.of(Set.of(), Set.of(1), Set.of(), Set.of("a")));
        cases.put(
                "list(range(3000))",
                java.util.stream.IntStream.range(0, 3000).boxed().toList());
        cases.put("collections.OrderedDict([('z', 1), ('y', 2)])", ordered("z", 1, "y", 2));
        cases.put(
                "[decimal.Decimal('1.50'), decimal.Decimal('-1E+40')]",
                List.of(new BigDecimal("1.50"), new BigDecimal("-1E+40")));
        cases.put(
                "[datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]",
                List.of(LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)));
        cases.put(
                "[datetime.datetime(2024, 2, 29, 23, 59, 58, 987654), datetime.datetime(2024, 10, 27, 2, fold=1)]",
                List.of(LocalDateTime.of(2024, 2, 29, 23, 59, 58, 987_654_000), LocalDateTime.of(2024, 10, 27, 2, 0)));
        cases.put(
                "datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(hours=-3, minutes=-30)))",
                OffsetDateTime.of(2024, 1, 2, 3, 4, 0, 0, ZoneOffset.ofHoursMinutes(-3, -30)));
        cases.put(
                "[datetime.time(23, 59, 59, 128), datetime.time(1, tzinfo=datetime.timezone.utc), datetime.time(2, fold=1)]",
                List.of(
                        LocalTime.of(23, 59, 59, 128_000),
                        OffsetTime.of(1, 0, 0, 0, ZoneOffset.UTC),
                        LocalTime.of(2, 0)));
        cases.put(
                "[datetime.timedelta(-1, 86399, 999999), datetime.timedelta(days=999999999)]",
                List.of(Duration.ofNanos(-1000), Duration.ofDays(999_999_999)));
        cases.put("[x := [1], x, (x, {'k': x})]", List.of(List.of(1), List.of(1), new Object[] {
            List.of(1), ordered("k", List.of(1))
        }));
        return cases;
    }

    private static Object loads(byte[] pickle) {
        return Objects.requireNonNull(CODEC.loads(pickle));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'y');
        return bytes;
    }

    private static Map<Object, Object> ordered(@Nullable Object... keysAndValues) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** Writes types as well as values, and arrays by what they hold. */
    private static String text(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "bytes " + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Object[] items) {
            return "tuple " + Arrays.stream(items).map(PickleCodecTest::text).toList();
        }
        if (value instanceof List<?> items) {
            return "list " + items.stream().map(PickleCodecTest::text).toList();
        }
        if (value instanceof Set<?> items) {
            return "set "
                    + new LinkedHashSet<>(items)
                            .stream().map(PickleCodecTest::text).toList();
        }
        if (value instanceof Map<?, ?> map) {
            return "dict "
                    + map.entrySet().stream()
                            .map(entry -> text(entry.getKey()) + ": " + text(entry.getValue()))
                            .toList();
        }
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }
}
