// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every codec must do, whoever wrote it. */
public abstract class CodecContract {
    /** Returns the codec under test. */
    protected abstract Codec codec();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 1000, 65_536, 1_000_003})
    void roundTrip(int length) {
        for (byte[] block : new byte[][] {random(length), new byte[length], text(length)}) {
            byte[] compressed = codec().compress(block, 0, block.length);
            assertThat(codec().decompress(compressed, 0, compressed.length, length))
                    .isEqualTo(block);
            assertThat(codec().decompress(compressed, 0, compressed.length, Integer.MAX_VALUE))
                    .isEqualTo(block);
        }
    }

    @Test
    void onlyTheGivenRangeIsRead() {
        byte[] source = random(500);
        byte[] compressed = codec().compress(source, 100, 50);
        byte[] padded = new byte[compressed.length + 20];
        System.arraycopy(compressed, 0, padded, 7, compressed.length);
        assertThat(codec().decompress(padded, 7, compressed.length, 50))
                .isEqualTo(Arrays.copyOfRange(source, 100, 150));
    }

    @Test
    void aBlockAboveTheLimitIsRefused() {
        byte[] compressed = codec().compress(new byte[1000], 0, 1000);
        for (int limit : new int[] {999, 1, 0}) {
            assertThatThrownBy(() -> codec().decompress(compressed, 0, compressed.length, limit))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("codec=" + codec().name())
                    .hasMessageContaining("more than limit=" + limit + " bytes");
        }
    }

    @Test
    void aBombCostsNoMoreThanTheLimit() {
        int huge = 256 << 20;
        byte[] bomb = codec().compress(new byte[huge], 0, huge);
        long before = allocated();
        assertThatThrownBy(() -> codec().decompress(bomb, 0, bomb.length, 1 << 20))
                .isInstanceOf(CorruptDataException.class);
        assertThat(allocated() - before).isLessThan(16L << 20);
    }

    @Test
    void rangesOutsideTheArrayAreRefused() {
        byte[] source = new byte[10];
        for (int[] range :
                new int[][] {{-1, 1}, {0, 11}, {11, 0}, {5, -1}, {1, Integer.MAX_VALUE}, {Integer.MIN_VALUE, 2}}) {
            assertThatThrownBy(() -> codec().compress(source, range[0], range[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> codec().decompress(source, range[0], range[1], 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    static byte[] random(int length) {
        byte[] block = new byte[length];
        new Random(length).nextBytes(block);
        return block;
    }

    static byte[] text(int length) {
        byte[] block = new byte[length];
        byte[] words = "the quick brown fox jumps over the lazy dog ".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int i = 0; i < length; i++) {
            block[i] = words[(i * 7 + i / 13) % words.length];
        }
        return block;
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
