// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The functions of zlib, mapped directly, and its {@code struct z_stream} on 64-bit Linux.
 *
 * <pre>
 *   0 next_in ptr | 8 avail_in u32 | 16 total_in u64 | 24 next_out ptr | 32 avail_out u32 | 40 total_out u64
 *   48 msg ptr | 56 state | 64 zalloc | 72 zfree | 80 opaque | 88 data_type | 96 adler | 104 reserved   (112 bytes)
 * </pre>
 */
final class LibZ {
    static final int MAX_LEVEL = 9;
    static final int STREAM_BYTES = 112;
    static final int NEXT_IN = 0;
    static final int AVAILABLE_IN = 8;
    static final int NEXT_OUT = 24;
    static final int AVAILABLE_OUT = 32;
    static final int MESSAGE = 48;

    static final int Z_OK = 0;
    static final int Z_STREAM_END = 1;
    static final int Z_NEED_DICT = 2;
    static final int Z_DATA_ERROR = -3;
    static final int Z_BUF_ERROR = -5;
    static final int Z_FINISH = 4;
    static final int Z_DEFLATED = 8;
    static final int MEMORY_LEVEL = 8;

    /** zlib compares the first character only: the struct has not changed since 1.0. */
    static final ByteBuffer VERSION = LibC.allocate(8).put(0, (byte) '1');

    private static final class Holder {
        static final Load<LibZ> LOAD = NativeDoor.open("libz", List.of("libz.so.1", "libz.so"), LibZ::bind);
    }

    private LibZ() {}

    private static LibZ bind(NativeLibrary library) {
        Native.register(LibZ.class, library);
        return new LibZ();
    }

    static Load<LibZ> load() {
        return Holder.LOAD;
    }

    static native int deflateInit2_(
            long stream, int level, int method, int windowBits, int memory, int strategy, long version, int size);

    static native int deflate(long stream, int flush);

    static native int deflateReset(long stream);

    static native int deflateEnd(long stream);

    static native int inflateInit2_(long stream, int windowBits, long version, int size);

    static native int inflate(long stream, int flush);

    static native int inflateReset(long stream);

    static native int inflateEnd(long stream);
}
