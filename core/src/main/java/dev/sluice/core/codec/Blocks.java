// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import dev.sluice.core.CorruptDataException;
import java.util.Objects;

/** What all codecs check and say alike. */
final class Blocks {
    private Blocks() {}

    static void checkSource(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length > Codec.MAX_BLOCK) {
            throw new IllegalArgumentException(
                    "block is too long: length=" + length + ", limit=" + Codec.MAX_BLOCK + "; compress it in parts");
        }
    }

    static CorruptDataException corrupt(String codec, int length, String why) {
        return new CorruptDataException(
                "corrupt compressed block: codec=" + codec + ", length=" + length + " bytes, " + why);
    }

    static CorruptDataException tooLong(String codec, int length, int limit) {
        return corrupt(codec, length, "it holds more than limit=" + limit + " bytes");
    }
}
