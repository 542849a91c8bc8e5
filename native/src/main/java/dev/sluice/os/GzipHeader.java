// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A gzip member's header and trailer, for the JDK's inflater, which knows neither (RFC 1952).
 *
 * <pre>
 *   1f 8b 08 flags | mtime u32 | extra flags | system | [extra: length u16, bytes] [name 00] [comment 00] [crc u16]
 *   ... deflate data ...
 *   CRC-32 u32 | length modulo 2^32 u32       all little-endian
 * </pre>
 */
final class GzipHeader {
    static final int BYTES = 10;
    static final int TRAILER_BYTES = 8;

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    private static final byte SYSTEM_UNKNOWN = (byte) 255;

    private GzipHeader() {}

    static void write(ByteBuffer target) {
        target.put((byte) 0x1f).put((byte) 0x8b).put((byte) 8).put((byte) 0);
        // No time: the same data give the same bytes.
        target.putInt(0).put((byte) 0).put(SYSTEM_UNKNOWN);
    }

    static void writeTrailer(ByteBuffer target, long crc, int length) {
        target.order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc).putInt(length);
    }

    /** Moves past the header; returns what is wrong with it, or null. */
    static @Nullable String skip(ByteBuffer source) {
        int start = source.position();
        ByteBuffer view = source.order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (view.getShort() != (short) 0x8b1f || view.get() != 8) {
                return "not a gzip header";
            }
            int flags = view.get();
            if ((flags & RESERVED) != 0) {
                return "reserved gzip flags are set: flags=" + (flags & 0xff);
            }
            view.position(view.position() + 6);
            if ((flags & EXTRA) != 0) {
                int length = Short.toUnsignedInt(view.getShort());
                if (length > view.remaining()) {
                    return "truncated gzip header";
                }
                view.position(view.position() + length);
            }
            for (int field : new int[] {flags & NAME, flags & COMMENT}) {
                while (field != 0 && view.get() != 0) {
                    // to the end of the text
                }
            }
            if ((flags & HEADER_CRC) != 0) {
                CRC32 crc = new CRC32();
                crc.update(view.duplicate().limit(view.position()).position(start));
                if (Short.toUnsignedLong(view.getShort()) != (crc.getValue() & 0xffff)) {
                    return "gzip header checksum differs";
                }
            }
            return null;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return "truncated gzip header";
        }
    }
}
