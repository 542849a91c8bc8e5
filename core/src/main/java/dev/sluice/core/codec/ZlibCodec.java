// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The zlib format of RFC 1950 by the JDK; Python's {@code zlib} reads and writes the same. */
final class ZlibCodec implements Codec {
    private final int level;

    ZlibCodec(int level) {
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
        Blocks.checkSource(source, offset, length);
        Deflater deflater = new Deflater(level);
        try {
            deflater.setInput(source, offset, length);
            deflater.finish();
            byte[] out = new byte[Math.max(64, length / 2)];
            int written = 0;
            while (true) {
                written += deflater.deflate(out, written, out.length - written);
                if (deflater.finished()) {
                    return Arrays.copyOf(out, written);
                }
                out = Arrays.copyOf(out, out.length + Math.max(64, out.length / 2));
            }
        } finally {
            deflater.end();
        }
    }

    @Override
    public byte[] decompress(byte[] source, int offset, int length, int limit) {
        Blocks.checkSource(source, offset, length);
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(source, offset, length);
            // One byte above the limit tells a block that is too long from one that fits exactly.
            int most = Math.min(Math.max(limit, 0), MAX_BLOCK) + 1;
            byte[] out = new byte[(int) Math.min(most, 64 + 4L * length)];
            int written = 0;
            while (true) {
                written += inflater.inflate(out, written, out.length - written);
                if (written == most) {
                    throw Blocks.tooLong(name(), length, limit);
                }
                if (inflater.finished()) {
                    break;
                }
                if (written < out.length) {
                    throw Blocks.corrupt(name(), length, "it ends early or needs a dictionary");
                }
                out = Arrays.copyOf(out, (int) Math.min(most, 2L * out.length));
            }
            if (inflater.getRemaining() > 0) {
                throw Blocks.corrupt(name(), length, inflater.getRemaining() + " bytes follow its end");
            }
            return written == out.length ? out : Arrays.copyOf(out, written);
        } catch (DataFormatException e) {
            throw Blocks.corrupt(name(), length, "zlib says: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
