// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/** Zstandard: one frame that states the size of its content, as {@code compress()} of Python's libraries writes it. */
final class ZstdCodec implements Codec {
    private static final byte[] MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    private final int level;

    ZstdCodec(int level) {
        this.level = level;
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public byte id() {
        return 2;
    }

    @Override
    public byte[] compress(byte[] source, int offset, int length) {
        Blocks.checkSource(source, offset, length);
        ZstdLibrary.load();
        byte[] out = new byte[Math.toIntExact(Zstd.compressBound(length))];
        long written = Zstd.compressByteArray(out, 0, out.length, source, offset, length, level);
        return Arrays.copyOf(out, Math.toIntExact(written));
    }

    @Override
    public byte[] decompress(byte[] source, int offset, int length, int limit) {
        Blocks.checkSource(source, offset, length);
        ZstdLibrary.load();
        long size = startsFrame(source, offset, length) ? Zstd.getFrameContentSize(source, offset, length) : -1;
        // A frame without its size could only be read with a window of its own choice, up to 128 MiB.
        if (size < 0) {
            throw Blocks.corrupt(name(), length, "no frame that states the size of its content");
        }
        if (size > limit) {
            throw Blocks.tooLong(name(), length, limit);
        }
        byte[] out = new byte[(int) size];
        long written;
        try {
            if (Zstd.findFrameCompressedSize(source, offset, length) != length) {
                throw Blocks.corrupt(name(), length, "other bytes follow its end");
            }
            written = Zstd.decompressByteArray(out, 0, out.length, source, offset, length);
        } catch (ZstdException e) {
            throw Blocks.corrupt(name(), length, "zstd says: " + e.getMessage());
        }
        if (written != size) {
            throw Blocks.corrupt(name(), length, "it holds " + written + " bytes and states " + size);
        }
        return out;
    }

    /** Skippable frames, which hold nothing, begin otherwise. */
    private static boolean startsFrame(byte[] source, int offset, int length) {
        return length >= MAGIC.length && Arrays.equals(source, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
