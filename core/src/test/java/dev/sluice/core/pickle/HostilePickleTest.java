// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostilePickleTest {
    private static final int LIMIT = 1 << 20;
    private static final PickleCodec CODEC = PickleCodec.bounded(LIMIT);

    @ParameterizedTest
    @CsvSource({
        "54ffffff7f, BINSTRING",
        "54ffffffff, BINSTRING",
        "5400000080, BINSTRING",
        "58ffffffff, BINUNICODE",
        "58ffffff7f, BINUNICODE",
        "8cff, SHORT_BINUNICODE",
        "55ff, SHORT_BINSTRING",
        "8dffffffffffffff7f, BINUNICODE8",
        "8dffffffffffffffff, BINUNICODE8",
        "8d0000000001000000, BINUNICODE8",
        "42ffffffff, BINBYTES",
        "42ffffff7f, BINBYTES",
        "43ff, SHORT_BINBYTES",
        "8effffffffffffff7f, BINBYTES8",
        "8e0000000000000080, BINBYTES8",
        "8e0000000001000000, BINBYTES8",
        "96ffffffffffffff7f, BYTEARRAY8",
        "96ffffffffffffffff, BYTEARRAY8",
        "960000000001000000, BYTEARRAY8",
        "8bffffff7f, LONG4",
        "8bffffffff, LONG4",
        "8b00000080, LONG4",
        "8aff, LONG1",
        "95ffffffffffffffff, FRAME",
        "95ffffffffffffff7f, FRAME"
    })
    void aDeclaredLengthBeyondThePickleIsRefusedBeforeAllocation(String hex, String instruction) {
        byte[] pickle = HexFormat.of().parseHex(hex + "2e");
        long before = allocated();
        assertThatThrownBy(() -> CODEC.loads(pickle))
                .as(instruction)
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith("pickle declares more than it has: declared=");
        assertThat(allocated() - before).isLessThan(2L << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cos\nsystem\n(S'true'\ntR.",
                "c__builtin__\neval\n(S'1'\ntR.",
                "cbuiltins\ngetattr\n.",
                "cbuiltins\nrange\n(I2147483647\ntR.",
                "carray\narray\n(S'd'\nI2147483647\ntR.",
                "cjava.lang\nRuntime\n.",
                "cbuiltins\nException\n(tR.",
                "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.",
                "cbuiltins\n\n.",
                "c'\u001b[31m\nx\n."
            })
    void classesThatAreNotAllowedAreRefusedByName(String pickle) {
        assertThatThrownBy(() -> loads(pickle))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith("pickle names a class that is not allowed: class='")
                .hasMessageNotContaining("\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(ios\nsystem\n.",
                "(cbuiltins\nset\no.",
                "cbuiltins\nset\n)R}b.",
                "Pid\n.",
                "]Q.",
                "\u0082\u0001.",
                "\u0083\u0001\u0000.",
                "\u0084\u0001\u0000\u0000\u0000.",
                "\u0097.",
                "]\u0098.",
                "cbuiltins\nset\n)}\u0092."
            })
    void instructionsThatCouldRunCodeAreRefused(String pickle) {
        assertThatThrownBy(() -> loads(pickle))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith("pickle has an instruction that is not allowed: instruction='");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "x",
                "N",
                "a.",
                "]a.",
                "(a.",
                "(.",
                "](a.",
                "N(2.",
                "N(\u0086.",
                "(\u0085.",
                "R.",
                "NR.",
                "N)R.",
                "1.",
                "t.",
                "u.",
                "]NNs.",
                "](NNu.",
                "}(Nu.",
                "]e.",
                "N(e.",
                "g0\n.",
                "gx\n.",
                "h\u0000.",
                "Ix\n.",
                "I\n.",
                "Lx\n.",
                "Fx\n.",
                "I1",
                "S'a\n.",
                "Sa\n.",
                "X",
                "X\u0001",
                "J\u0001",
                "G\u0001",
                "p",
                "NN.N",
                "N..",
                "\u0080\u0006N.",
                "cbuiltins\nset\n.",
                "cbuiltins\nset\n(NtR.",
                "cbuiltins\nbytearray\n(I2147483647\ntR.",
                "cbuiltins\nbytes\n(I2147483647\ntR.",
                "c_codecs\nencode\n(S'x'\nS'utf-8'\ntR.",
                "cdatetime\ndate\n(S'x'\ntR.",
                "cdatetime\ndate\n(C\u0004\u0000\u0001\15\u0001tR.",
                "cdatetime\ndate\n)R.",
                "cdatetime\ntimedelta\n(I9223372036854775807\nI1\nI1\ntR.",
                "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I9\ntRtR.",
                "cdecimal\nDecimal\n(S'NaN'\ntR.",
                "X\u0001\u0000\u0000\u0000\u00ff.",
                "X\u0002\u0000\u0000\u0000\u00ed\u00a0.",
                "cbuiltins\nset",
                "c\n\n."
            })
    void nonsenseIsAClearError(String pickle) {
        assertThatThrownBy(() -> loads(pickle))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageMatching("\\P{Cntrl}+");
    }

    @Test
    void smallInstructionsThatMakeLargeObjectsAreCounted() {
        for (String unit : new String[] {"}", "]", "(", ")", "\u008f", "N\u0094", "}\u0094", "](N\u0085e"}) {
            refusedWithin(64L << 20, unit.repeat(LIMIT / unit.length() - 1));
        }
    }

    @Test
    void copiesOfWhatWasReadBeforeAreCounted() {
        String bytes = "B\0\0\u0008\0" + "x".repeat(0x80000) + "q\0" + "0";
        String copy = "cbuiltins\nbytearray\n(h\0tR0";
        refusedWithin(64L << 20, bytes + copy.repeat(10_000));

        String list = "](" + "K\u0001".repeat(10_000) + "eq\u00000";
        refusedWithin(64L << 20, list + "cbuiltins\nset\nq\u00010" + "h\u0001(h\0tR0".repeat(50_000));
    }

    @Test
    void hashingIsBounded() {
        StringBuilder nested = new StringBuilder("(\u0091q\0");
        for (int i = 0; i < 60; i++) {
            nested.append("0(h\0(h\0\u0091\u0091q\0");
        }
        assertThatThrownBy(() -> loads(nested + ".")).hasMessageContaining("a set that holds sets");
        assertThatThrownBy(() -> loads("]q\0h\0a}h\0Ns.")).hasMessageContaining("that is a list");
        assertThatThrownBy(() -> loads("(}\u0091.")).hasMessageContaining("a dict");
        assertThatThrownBy(() -> loads("cbuiltins\nset\n((]ltR.")).hasMessageContaining("that is a list");

        String number = "\u008b\0\0\u0008\0" + "\u0001".repeat(0x80000) + "q\0" + "0";
        refusedWithin(64L << 20, number + "}" + "h\0Ns".repeat(100_000));
    }

    @Test
    void longNumeralsAreRefused() {
        for (String instruction : new String[] {"L", "I", "F", "p", "g"}) {
            assertThatThrownBy(() -> loads(instruction + "1".repeat(500_000) + "\n."))
                    .hasMessageContaining("a line without an end");
        }
        assertThatThrownBy(() -> loads("cdecimal\nDecimal\n(S'" + "1".repeat(500_000) + "'\ntR."))
                .hasMessageContaining("more than 4300 digits");
    }

    @Test
    void deepNestingIsRead() {
        // Java's own methods would overflow on it, but it is what Python reads too.
        assertThat(loads("]" + "]".repeat(50_000) + "a".repeat(50_000) + ".")).isInstanceOf(java.util.List.class);
    }

    @Test
    void thePickleItselfIsBounded() {
        assertThatThrownBy(() -> CODEC.loads(new byte[LIMIT + 1]))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("pickle is too long: length=1048577 bytes, limit=1048576");
    }

    @Test
    void everyCutAndEveryFlippedBitIsAValueOrAClearError() {
        byte[] pickle = CODEC.dumps(java.util.Arrays.asList(
                1,
                "text",
                new byte[3],
                java.util.Map.of("k", 1.5),
                java.util.Set.of(7L),
                new Object[] {null},
                java.time.LocalDate.of(2024, 1, 1),
                java.math.BigInteger.TEN.pow(30)));
        for (int cut = 0; cut < pickle.length; cut++) {
            byte[] shorter = Arrays.copyOf(pickle, cut);
            assertThatThrownBy(() -> CODEC.loads(shorter))
                    .as("cut at %d", cut)
                    .isInstanceOf(CorruptDataException.class);
        }
        for (int bit = 0; bit < pickle.length * 8; bit++) {
            byte[] bad = pickle.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            tryToLoad(bad);
        }
    }

    @Test
    void noiseIsAValueOrAClearError() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            tryToLoad(noise);
        }
    }

    private static void tryToLoad(byte[] pickle) {
        try {
            CODEC.loads(pickle);
        } catch (CorruptDataException expected) {
            assertThat(expected.getMessage()).matches("\\P{Cntrl}+");
        }
    }

    private static void refusedWithin(long bytes, String pickle) {
        byte[] raw = pickle.getBytes(ISO_8859_1);
        long before = allocated();
        assertThatThrownBy(() -> CODEC.loads(raw))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("pickle needs too much memory: limit=16777216 bytes");
        assertThat(allocated() - before).isLessThan(bytes);
    }

    private static @Nullable Object loads(String pickle) {
        return CODEC.loads(pickle.getBytes(ISO_8859_1));
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
