// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import java.util.Arrays;

/** Copies. */
final class NoneCodec implements Codec {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public byte id() {
        return 0;
    }

    @Override
    public byte[] compress(byte[] source, int offset, int length) {
        Blocks.checkSource(source, offset, length);
        return Arrays.copyOfRange(source, offset, offset + length);
    }

    @Override
    public byte[] decompress(byte[] source, int offset, int length, int limit) {
        Blocks.checkSource(source, offset, length);
        if (length > limit) {
            throw Blocks.tooLong(name(), length, limit);
        }
        return Arrays.copyOfRange(source, offset, offset + length);
    }
}
