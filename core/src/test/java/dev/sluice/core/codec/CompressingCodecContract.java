// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What every codec must do that really compresses. */
public abstract class CompressingCodecContract extends CodecContract {
    private static final byte[] BLOCK = text(300);

    /** Bytes that Python's library wrote for the text "sluice" repeated 20 times, in hexadecimal. */
    protected abstract String golden();

    @Test
    void readsWhatPythonWrote() {
        byte[] compressed = HexFormat.of().parseHex(golden());
        assertThat(new String(
                        codec().decompress(compressed, 0, compressed.length, 120),
                        java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("sluice".repeat(20));
    }

    @Test
    void textGetsShorter() {
        assertThat(codec().compress(text(100_000), 0, 100_000)).hasSizeLessThan(20_000);
    }

    @Test
    void truncationAtEveryByteIsAnError() {
        byte[] compressed = codec().compress(BLOCK, 0, BLOCK.length);
        for (int length = 0; length < compressed.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> codec().decompress(compressed, 0, cut, BLOCK.length))
                    .as("cut at %d", cut)
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageStartingWith(
                            "corrupt compressed block: codec=" + codec().name() + ", length=" + cut + " bytes, ");
        }
    }

    @Test
    void aFlippedBitIsAnErrorOrAnotherBlockWithinTheLimit() {
        byte[] compressed = codec().compress(BLOCK, 0, BLOCK.length);
        for (int bit = 0; bit < compressed.length * 8; bit++) {
            byte[] bad = compressed.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(codec().decompress(bad, 0, bad.length, BLOCK.length)).hasSizeLessThanOrEqualTo(BLOCK.length);
            } catch (CorruptDataException expected) {
                assertThat(expected).hasMessageContaining("codec=" + codec().name());
            }
        }
    }

    @Test
    void whatFollowsTheBlockIsAnError() {
        byte[] compressed = codec().compress(BLOCK, 0, BLOCK.length);
        byte[] longer = Arrays.copyOf(compressed, compressed.length + 1);
        byte[] twice = Arrays.copyOf(compressed, compressed.length * 2);
        System.arraycopy(compressed, 0, twice, compressed.length, compressed.length);
        byte[] skippable = HexFormat.of().parseHex("502a4d1800000000");
        byte[] skipped = Arrays.copyOf(compressed, compressed.length + skippable.length);
        System.arraycopy(skippable, 0, skipped, compressed.length, skippable.length);
        for (byte[] bad : new byte[][] {longer, twice, skipped}) {
            assertThatThrownBy(() -> codec().decompress(bad, 0, bad.length, 10_000))
                    .isInstanceOf(CorruptDataException.class);
        }
    }
}
