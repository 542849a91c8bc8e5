// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;

/** The functions of libdeflate (Debian package libdeflate0), mapped directly. */
final class LibDeflate {
    static final int MAX_LEVEL = 12;
    static final int SUCCESS = 0;
    static final int BAD_DATA = 1;
    static final int INSUFFICIENT_SPACE = 3;

    private static final class Holder {
        static final Load<LibDeflate> LOAD =
                NativeDoor.open("libdeflate", List.of("libdeflate.so.0", "libdeflate.so"), LibDeflate::bind);
    }

    private LibDeflate() {}

    private static LibDeflate bind(NativeLibrary library) {
        Native.register(LibDeflate.class, library);
        return new LibDeflate();
    }

    static Load<LibDeflate> load() {
        return Holder.LOAD;
    }

    static native long libdeflate_alloc_compressor(int level);

    static native void libdeflate_free_compressor(long compressor);

    static native long libdeflate_zlib_compress(long compressor, long in, long inLength, long out, long outLength);

    static native long libdeflate_gzip_compress(long compressor, long in, long inLength, long out, long outLength);

    static native long libdeflate_deflate_compress(long compressor, long in, long inLength, long out, long outLength);

    static native long libdeflate_alloc_decompressor();

    static native void libdeflate_free_decompressor(long decompressor);

    static native int libdeflate_zlib_decompress_ex(
            long decompressor, long in, long inLength, long out, long outLength, long consumed, long produced);

    static native int libdeflate_gzip_decompress_ex(
            long decompressor, long in, long inLength, long out, long outLength, long consumed, long produced);

    static native int libdeflate_deflate_decompress_ex(
            long decompressor, long in, long inLength, long out, long outLength, long consumed, long produced);
}
