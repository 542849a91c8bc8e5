// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockCodecTest {
    private final Codec ours = DeflateCodecs.blockCodec(1);
    private final Codec jdk = Codecs.zlib();

    private static byte[] block(int length) {
        byte[] block = new byte[length];
        new Random(length).nextBytes(block);
        Arrays.fill(block, 0, length / 2, (byte) 'x');
        return block;
    }

    @Test
    void readsWhatCoresOwnWritesAndTheOtherWayRound() {
        for (int length : new int[] {0, 1, 1000, 300_000}) {
            byte[] block = block(length);
            byte[] a = jdk.compress(block, 0, length);
            byte[] b = ours.compress(block, 0, length);
            assertThat(ours.decompress(a, 0, a.length, length)).isEqualTo(block);
            assertThat(jdk.decompress(b, 0, b.length, length)).isEqualTo(block);
            byte[] middle = new byte[b.length + 9];
            System.arraycopy(b, 0, middle, 4, b.length);
            assertThat(ours.decompress(middle, 4, b.length, 1 << 20)).isEqualTo(block);
        }
    }

    @Test
    void takesThePlaceOfCoresOwn() {
        try {
            Codecs.useZlib(ours);
            assertThat(Codecs.named("zlib")).isSameAs(ours);
        } finally {
            Codecs.useZlib(jdk);
        }
    }

    @Test
    void refusesDamageTrailingBytesAndTooMuch() {
        byte[] packed = ours.compress(new byte[1 << 20], 0, 1 << 20);
        assertThatThrownBy(() -> ours.decompress(packed, 0, packed.length, 1000))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("limit=1000");
        assertThatThrownBy(() -> ours.decompress(packed, 0, packed.length - 1, 1 << 20))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(
                        () -> ours.decompress(Arrays.copyOf(packed, packed.length + 3), 0, packed.length + 3, 1 << 20))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("3 bytes follow its end");
        assertThatThrownBy(() -> ours.compress(packed, 1, packed.length)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
