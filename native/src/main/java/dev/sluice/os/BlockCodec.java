// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.codec.Codec;
import dev.sluice.os.DeflateException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** core's block codec of name zlib over a DeflateCodec; each reads what the JDK's writes and the other way round. */
final class BlockCodec implements Codec {
    private static final int FIRST_GUESS = 4;

    private final DeflateCodec codec;
    private final int level;

    BlockCodec(DeflateCodec codec, int level) {
        this.codec = codec;
        this.level = level;
    }

    @Override
    public String name() {
        return "zlib";
    }

    @Override
    public byte id() {
        return 1;
    }

    @Override
    public byte[] compress(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length > MAX_BLOCK) {
            throw new IllegalArgumentException("block is too long: length=" + length + " limit=" + MAX_BLOCK);
        }
        ByteBuffer target = ByteBuffer.allocate(DeflateCodec.bound(length));
        codec.compress(ByteBuffer.wrap(source, offset, length), target, level);
        return Arrays.copyOf(target.array(), target.position());
    }

    @Override
    public byte[] decompress(byte[] source, int offset, int length, int limit) {
        Objects.checkFromIndexSize(offset, length, source.length);
        ByteBuffer packed = ByteBuffer.wrap(source, offset, length);
        int most = Math.min(Math.max(limit, 0), MAX_BLOCK);
        ByteBuffer target = ByteBuffer.allocate((int) Math.min(most, 64L + (long) FIRST_GUESS * length));
        while (true) {
            try {
                codec.decompress(packed, target);
                break;
            } catch (DeflateException e) {
                if (e.reason() != Reason.DESTINATION_FULL || target.capacity() == most) {
                    throw corrupt(length, limit, String.valueOf(e.getMessage()), e);
                }
                target = ByteBuffer.allocate((int) Math.min(most, 4L * target.capacity()));
            }
        }
        if (packed.hasRemaining()) {
            throw corrupt(length, limit, packed.remaining() + " bytes follow its end", null);
        }
        return target.hasRemaining() ? Arrays.copyOf(target.array(), target.position()) : target.array();
    }

    private static CorruptDataException corrupt(int length, int limit, String why, @Nullable Throwable cause) {
        String text =
                "corrupt compressed block: codec=zlib, length=" + length + " bytes, limit=" + limit + " bytes, " + why;
        return cause == null ? new CorruptDataException(text) : new CorruptDataException(text, cause);
    }
}
