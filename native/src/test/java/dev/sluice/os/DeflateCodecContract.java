// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.os.DeflateException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every implementation of DeflateCodec must do. */
abstract class DeflateCodecContract {
    private static final byte[] TEXT = "what is said once is said; what is said twice is compressed. "
            .repeat(300)
            .getBytes(StandardCharsets.UTF_8);

    abstract DeflateCodec codec(DeflateFormat format);

    private static final IntFunction<ByteBuffer> HEAP = ByteBuffer::allocate;
    private static final IntFunction<ByteBuffer> DIRECT = ByteBuffer::allocateDirect;

    /** Awkward on purpose: the content begins at an odd offset of a larger buffer. */
    private static ByteBuffer in(IntFunction<ByteBuffer> kind, byte[] content) {
        ByteBuffer buffer = kind.apply(content.length + 10).position(3);
        return buffer.put(content).flip().position(3);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private byte[] compressed(DeflateFormat format, byte[] content, int level) {
        ByteBuffer target = ByteBuffer.allocate(DeflateCodec.bound(content.length));
        codec(format).compress(ByteBuffer.wrap(content), target, level);
        return bytes(target.flip());
    }

    @ParameterizedTest
    @EnumSource
    void goesRoundForEverySizeLevelAndKindOfBuffer(DeflateFormat format) {
        DeflateCodec codec = codec(format);
        for (byte[] content : List.of(new byte[0], new byte[] {7}, TEXT, random(70_000, 1), new byte[300_000])) {
            for (int level = 0; level <= codec.maxLevel(); level++) {
                for (IntFunction<ByteBuffer> from : List.of(HEAP, DIRECT)) {
                    for (IntFunction<ByteBuffer> to : List.of(HEAP, DIRECT)) {
                        goRound(codec, content, level, from, to);
                    }
                }
            }
        }
    }

    private static void goRound(
            DeflateCodec codec, byte[] content, int level, IntFunction<ByteBuffer> from, IntFunction<ByteBuffer> to) {
        ByteBuffer source = in(from, content).asReadOnlyBuffer();
        ByteBuffer packed = to.apply(DeflateCodec.bound(content.length) + 5).position(5);
        codec.compress(source, packed, level);
        assertThat(source.remaining()).isZero();
        ByteBuffer back = from.apply(content.length + 9).position(9);
        ByteBuffer again = packed.flip().position(5);
        codec.decompress(again, back);
        assertThat(again.remaining()).isZero();
        assertThat(bytes(back.flip().position(9))).as("level=%s", level).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void boundHoldsForWhatCannotBeCompressed(DeflateFormat format) {
        for (int length = 0; length < 200_000; length = length * 3 / 2 + 1) {
            for (int level : new int[] {0, 1, 6, 9}) {
                assertThat(compressed(format, random(length, length), level)).isNotEmpty();
            }
        }
    }

    @Test
    void readsWhatTheJdkWritesAndTheJdkReadsWhatItWrites() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(TEXT);
        }
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
            out.write(TEXT);
        }
        assertThat(all(DeflateFormat.GZIP, gzip.toByteArray())).isEqualTo(TEXT);
        assertThat(all(DeflateFormat.ZLIB, zlib.toByteArray())).isEqualTo(TEXT);
        byte[] ourGzip = compressed(DeflateFormat.GZIP, TEXT, 6);
        byte[] ourZlib = compressed(DeflateFormat.ZLIB, TEXT, 6);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(ourGzip)).readAllBytes())
                .isEqualTo(TEXT);
        assertThat(new InflaterInputStream(new ByteArrayInputStream(ourZlib)).readAllBytes())
                .isEqualTo(TEXT);
    }

    private byte[] all(DeflateFormat format, byte[] packed) {
        return bytes(DeflateCodecs.decompressAll(codec(format), ByteBuffer.wrap(packed), 1 << 20));
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtTheEndOfOneStreamAndReadsAllOfSeveral(DeflateFormat format) {
        byte[] one = compressed(format, TEXT, 1);
        ByteBuffer both = ByteBuffer.allocate(2 * one.length).put(one).put(one).flip();
        ByteBuffer back = ByteBuffer.allocate(TEXT.length);
        codec(format).decompress(both, back);
        assertThat(both.position()).isEqualTo(one.length);
        assertThat(back.array()).isEqualTo(TEXT);
        assertThat(all(format, both.array())).hasSize(2 * TEXT.length);
    }

    @Test
    void readsAGzipHeaderWithEveryField() {
        byte[] plain = compressed(DeflateFormat.GZIP, TEXT, 6);
        ByteBuffer full = ByteBuffer.allocate(plain.length + 40);
        full.put(plain, 0, 3).put((byte) (4 | 8 | 16)).put(plain, 4, 6);
        full.put((byte) 3).put((byte) 0).put(new byte[] {1, 0, 2});
        full.put("name\0comment\0".getBytes(StandardCharsets.US_ASCII)).put(plain, 10, plain.length - 10);
        ByteBuffer back = ByteBuffer.allocate(TEXT.length);
        codec(DeflateFormat.GZIP).decompress(full.flip(), back);
        assertThat(back.array()).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @EnumSource
    void refusesABombAtTheRoomGivenAndLeavesPositionsAlone(DeflateFormat format) {
        byte[] bomb = compressed(format, new byte[8 << 20], 9);
        for (IntFunction<ByteBuffer> kind : List.of(HEAP, DIRECT)) {
            ByteBuffer source = in(kind, bomb);
            ByteBuffer target = kind.apply(1000);
            DeflateException e = catchThrowableOfType(
                    DeflateException.class, () -> codec(format).decompress(source, target));
            assertThat(e.reason()).isEqualTo(Reason.DESTINATION_FULL);
            assertThat(e).hasMessageContaining("room=1000").hasMessageContaining("format=" + format);
            assertThat(source.position()).isEqualTo(3);
            assertThat(target.position()).isZero();
        }
        assertThatThrownBy(() -> DeflateCodecs.decompressAll(codec(format), ByteBuffer.wrap(bomb), 1 << 20))
                .isInstanceOf(DeflateException.class)
                .hasMessageContaining("room=1048576");
    }

    @ParameterizedTest
    @EnumSource
    void aResultThatFillsTheRoomExactlyIsNoError(DeflateFormat format) {
        for (int length : new int[] {0, 1, 257, 258, 259, 65_535, 65_536}) {
            byte[] content = new byte[length];
            ByteBuffer target = ByteBuffer.allocate(length);
            codec(format).decompress(ByteBuffer.wrap(compressed(format, content, 6)), target);
            assertThat(target.remaining()).isZero();
            if (length > 0) {
                ByteBuffer small = ByteBuffer.allocate(length - 1);
                ByteBuffer source = ByteBuffer.wrap(compressed(format, content, 6));
                DeflateException e = catchThrowableOfType(
                        DeflateException.class, () -> codec(format).decompress(source, small));
                assertThat(e.reason()).as("length=%s", length).isEqualTo(Reason.DESTINATION_FULL);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesATargetTooSmallToCompressInto(DeflateFormat format) {
        for (int room : new int[] {0, 1, 10, 17, 18, 19, 50}) {
            ByteBuffer source = ByteBuffer.wrap(random(1000, 3));
            DeflateException e = catchThrowableOfType(
                    DeflateException.class, () -> codec(format).compress(source, ByteBuffer.allocate(room), 6));
            assertThat(e.reason()).isEqualTo(Reason.DESTINATION_FULL);
            assertThat(source.position()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsAnError(DeflateFormat format) {
        byte[] content = "a short text, short indeed, a very short text".getBytes(StandardCharsets.US_ASCII);
        byte[] packed = compressed(format, content, 6);
        for (int length = 0; length < packed.length; length++) {
            for (int room : new int[] {content.length, 1000}) {
                ByteBuffer cut = ByteBuffer.wrap(packed, 0, length);
                assertThatThrownBy(() -> codec(format).decompress(cut, ByteBuffer.allocate(room)))
                        .as("length=%s", length)
                        .isInstanceOf(DeflateException.class)
                        .hasMessageContaining("source=" + length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RAW")
    void everyFlippedBitIsAnErrorOrHarmless(DeflateFormat format) {
        byte[] content = "a short text, short indeed, a very short text".getBytes(StandardCharsets.US_ASCII);
        byte[] packed = compressed(format, content, 6);
        int noticed = 0;
        for (int bit = 0; bit < packed.length * 8; bit++) {
            byte[] damaged = packed.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            ByteBuffer back = ByteBuffer.allocate(1000);
            try {
                codec(format).decompress(ByteBuffer.wrap(damaged), back);
                assertThat(bytes(back.flip())).as("bit=%s", bit).isEqualTo(content);
            } catch (DeflateException e) {
                noticed++;
            }
        }
        // gzip does not protect its time stamp, system and flags.
        assertThat(noticed).isGreaterThan(packed.length * 8 - 70);
    }

    @Test
    void anotherFormatIsCorrupt() {
        byte[] gzip = compressed(DeflateFormat.GZIP, TEXT, 6);
        assertThatThrownBy(
                        () -> codec(DeflateFormat.ZLIB).decompress(ByteBuffer.wrap(gzip), ByteBuffer.allocate(99999)))
                .isInstanceOf(DeflateException.class)
                .hasMessageStartingWith("corrupt compressed data: ")
                .hasMessageContaining("format=ZLIB")
                .hasMessageContaining("implementation=");
    }

    @Test
    void refusesLevelsThatItDoesNotHave() {
        DeflateCodec codec = codec(DeflateFormat.ZLIB);
        for (int level : new int[] {-1, codec.maxLevel() + 1, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> codec.compress(ByteBuffer.allocate(1), ByteBuffer.allocate(99), level))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("level=" + level)
                    .hasMessageContaining("levels=0.." + codec.maxLevel());
        }
    }

    @Test
    void refusesAReadOnlyTarget() {
        ByteBuffer target = ByteBuffer.allocate(100).asReadOnlyBuffer();
        assertThatThrownBy(() -> codec(DeflateFormat.ZLIB).compress(ByteBuffer.allocate(1), target, 1))
                .isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void servesManyThreads() throws Exception {
        DeflateCodec codec = codec(DeflateFormat.ZLIB);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] content = random(5000 + i, i % 7);
                int level = i % 10;
                results.add(threads.submit(() -> goRound(codec, content, level, HEAP, DIRECT)));
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
