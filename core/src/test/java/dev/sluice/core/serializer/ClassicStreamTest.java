// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.serializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicStreamTest {
    /** Made in Python by {@code struct.pack}: int, long, two bools, bytes, text, None, an empty field, five specials. */
    private static final String GOLDEN = "fffffffe" + "8000000000000001" + "0100" + "000000030001ff" + "00000004"
            + "f09f9880" + "fffffffb" + "00000000" + "fffffffffffffffefffffffdfffffffcfffffffb";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ClassicWriter writer = new ClassicWriter(bytes);

    @Test
    void writesTheClassicBytes() throws IOException {
        writer.writeInt(-2);
        writer.writeLong(Long.MIN_VALUE + 1);
        writer.writeBool(true);
        writer.writeBool(false);
        writer.writeBytes(new byte[] {9, 0, 1, -1, 9}, 1, 3);
        writer.writeUtf8("\ud83d\ude00");
        writer.writeUtf8(null);
        writer.writeBytes(new byte[0]);
        for (int special = -1; special >= -5; special--) {
            writer.writeSpecial(special);
        }
        assertThat(HexFormat.of().formatHex(bytes.toByteArray())).isEqualTo(GOLDEN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsTheClassicBytes(boolean oneByOne) throws IOException {
        InputStream whole = new ByteArrayInputStream(HexFormat.of().parseHex(GOLDEN));
        ClassicReader reader = new ClassicReader(oneByOne ? new OneByOne(whole) : whole, 100);
        assertThat(reader.readInt()).isEqualTo(-2);
        assertThat(reader.readLong()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(reader.readBool()).isTrue();
        assertThat(reader.readBool()).isFalse();
        assertThat(reader.readBytes()).containsExactly(0, 1, -1);
        assertThat(reader.readUtf8()).isEqualTo("\ud83d\ude00");
        assertThat(reader.readUtf8OrNone()).isNull();
        assertThat(reader.readBytesOrNone()).isEmpty();
        for (int special = -1; special >= -5; special--) {
            assertThat(reader.readLength()).isEqualTo(special);
        }
        assertThat(reader.position()).isEqualTo(GOLDEN.length() / 2);
        assertThat(reader.nextItem()).isNull();
    }

    @Test
    void extremesSurvive() throws IOException {
        int[] ints = {Integer.MIN_VALUE, -6, -5, -1, 0, 1, Integer.MAX_VALUE};
        long[] longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE};
        for (int value : ints) {
            writer.writeInt(value);
        }
        for (long value : longs) {
            writer.writeLong(value);
        }
        ClassicReader reader = reader(0);
        for (int value : ints) {
            assertThat(reader.readInt()).isEqualTo(value);
        }
        for (long value : longs) {
            assertThat(reader.readLong()).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 1_000_003})
    void itemsOfEverySize(int length) throws IOException {
        byte[] item = new byte[length];
        new Random(length).nextBytes(item);
        writer.writeBytes(item);
        writer.writeBytes(new byte[] {7});
        writer.writeSpecial(ClassicFormat.END_OF_SECTION);
        ClassicReader reader = reader(1_000_003);
        assertThat(reader.nextItem()).isEqualTo(item);
        assertThat(reader.nextItem()).containsExactly(7);
        assertThat(reader.nextItem()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 1 << 20, Integer.MAX_VALUE, -6, -7, Integer.MIN_VALUE})
    void aLengthOutOfRangeIsRefused(int length) throws IOException {
        writer.writeInt(length);
        writer.writeInt(0);
        for (Read read : new Read[] {
            ClassicReader::readLength,
            ClassicReader::readBytes,
            ClassicReader::readBytesOrNone,
            ClassicReader::readUtf8,
            ClassicReader::readUtf8OrNone,
            ClassicReader::nextItem
        }) {
            assertThatThrownBy(() -> read.from(reader(10)))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessage("bad length: length=" + length + ", limit=10, offset=0");
        }
    }

    @Test
    void aSpecialIsRefusedWhereAFieldBelongs() throws IOException {
        for (int special = -1; special >= -5; special--) {
            bytes.reset();
            writer.writeSpecial(special);
            String expected = "special=" + special + " where a length";
            assertThatThrownBy(() -> reader(10).readBytes()).hasMessageContaining(expected);
            if (special != ClassicFormat.NONE) {
                assertThatThrownBy(() -> reader(10).readUtf8OrNone()).hasMessageContaining(expected);
            }
            if (special == ClassicFormat.END_OF_SECTION || special == ClassicFormat.END_OF_STREAM) {
                assertThat(reader(10).nextItem()).isNull();
            } else {
                assertThatThrownBy(() -> reader(10).nextItem()).hasMessageContaining(expected);
            }
        }
    }

    @Test
    void truncationAtEveryByteIsAnErrorExceptBetweenItems() throws IOException {
        writer.writeBytes(new byte[5]);
        writer.writeBytes(new byte[3]);
        byte[] whole = bytes.toByteArray();
        for (int cut = 0; cut < whole.length; cut++) {
            ClassicReader reader = new ClassicReader(new ByteArrayInputStream(Arrays.copyOf(whole, cut)), 10);
            int at = cut;
            if (cut == 0 || cut == 9) {
                while (reader.nextItem() != null) {}
                assertThat(reader.position()).isEqualTo(cut);
            } else {
                assertThatThrownBy(() -> {
                            while (reader.nextItem() != null) {}
                        })
                        .as("cut at %d", cut)
                        .isInstanceOf(CorruptDataException.class)
                        .hasMessageStartingWith("stream ends within a field: type=")
                        .hasMessageContaining("offset=" + at + ",");
            }
        }
    }

    @Test
    void aLongLengthWithoutBytesCostsLittle() throws IOException {
        writer.writeInt(Integer.MAX_VALUE);
        bytes.write(new byte[100_000]);
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        ClassicReader reader = reader(Integer.MAX_VALUE);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(reader::readBytes).isInstanceOf(CorruptDataException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2L << 20);
    }

    @Test
    void boolsAndTextsAreStrict() throws IOException {
        for (int value : new int[] {2, 127, 128, 255}) {
            assertThatThrownBy(() ->
                            new ClassicReader(new ByteArrayInputStream(new byte[] {(byte) value}), 1).readBool())
                    .hasMessage("bad field: type=bool, value=" + (byte) value + ", expected 0 or 1, offset=0");
        }
        for (String hex : new String[] {"ff", "c080", "eda080", "f4908080", "e282"}) {
            bytes.reset();
            writer.writeBytes(HexFormat.of().parseHex(hex));
            assertThatThrownBy(() -> reader(10).readUtf8())
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessage("bad field: type=text, not UTF-8, length=" + hex.length() / 2 + ", offset=4");
        }
    }

    @Test
    void theWriterChecksBeforeItWrites() {
        assertThatThrownBy(() -> writer.writeUtf8("a\ud800")).isInstanceOf(IllegalArgumentException.class);
        for (int wrong : new int[] {0, 1, -6, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> writer.writeSpecial(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> writer.writeBytes(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ClassicReader(InputStream.nullInputStream(), -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(bytes.size()).isZero();
    }

    @Test
    void aFieldOfNumbersIsRefusedWhenItEndsEarly() {
        byte[] seven = ByteBuffer.allocate(7).array();
        assertThatThrownBy(() -> new ClassicReader(new ByteArrayInputStream(seven), 1).readLong())
                .hasMessage("stream ends within a field: type=long, offset=7, at least 1 bytes missing");
        assertThatThrownBy(() -> new ClassicReader(InputStream.nullInputStream(), 1).readBool())
                .hasMessage("stream ends within a field: type=bool, offset=0, at least 1 bytes missing");
    }

    private ClassicReader reader(int maxLength) {
        return new ClassicReader(new ByteArrayInputStream(bytes.toByteArray()), maxLength);
    }

    private interface Read {
        @org.jspecify.annotations.Nullable
        Object from(ClassicReader reader) throws IOException;
    }

    /** Gives one byte a call, as a slow connection may. */
    private static final class OneByOne extends java.io.FilterInputStream {
        OneByOne(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(length, 1));
        }
    }
}
