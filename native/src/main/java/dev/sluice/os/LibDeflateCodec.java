// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Deflate by libdeflate: the fastest, and the only one with levels 10 to 12. */
final class LibDeflateCodec extends AbstractDeflateCodec {
    private static final List<HandlePool<Long>> COMPRESSORS = IntStream.rangeClosed(0, LibDeflate.MAX_LEVEL)
            .mapToObj(level -> new HandlePool<Long>(
                    () -> allocated(LibDeflate.libdeflate_alloc_compressor(level)),
                    LibDeflate::libdeflate_free_compressor))
            .toList();
    private static final HandlePool<Long> DECOMPRESSORS = new HandlePool<>(
            () -> allocated(LibDeflate.libdeflate_alloc_decompressor()), LibDeflate::libdeflate_free_decompressor);

    LibDeflateCodec(LibDeflate library, DeflateFormat format) {
        super("libdeflate", format, LibDeflate.MAX_LEVEL);
        Objects.requireNonNull(library); // proof that the functions are bound
    }

    @Override
    Moved deflate(ByteBuffer source, ByteBuffer destination, int level) {
        int most = DeflateCodec.bound(source.remaining());
        try (NativeSpan in = NativeSpan.source(source);
                NativeSpan out = NativeSpan.destination(destination, most)) {
            long written = COMPRESSORS.get(level).use(handle -> compress(handle, in, out));
            if (written == 0) {
                throw full(source, destination);
            }
            out.deliver((int) written);
            return new Moved(in.length(), (int) written);
        }
    }

    private long compress(long handle, NativeSpan in, NativeSpan out) {
        return switch (format()) {
            case ZLIB ->
                LibDeflate.libdeflate_zlib_compress(handle, in.address(), in.length(), out.address(), out.length());
            case GZIP ->
                LibDeflate.libdeflate_gzip_compress(handle, in.address(), in.length(), out.address(), out.length());
            case RAW ->
                LibDeflate.libdeflate_deflate_compress(handle, in.address(), in.length(), out.address(), out.length());
        };
    }

    @Override
    Moved inflate(ByteBuffer source, ByteBuffer destination) {
        ByteBuffer sizes = LibC.allocate(2 * Long.BYTES);
        try (NativeSpan in = NativeSpan.source(source);
                NativeSpan out = NativeSpan.destination(destination, Integer.MAX_VALUE)) {
            int result = DECOMPRESSORS.use(handle -> decompress(handle, in, out, LibC.address(sizes)));
            switch (result) {
                case LibDeflate.SUCCESS -> {}
                case LibDeflate.BAD_DATA -> throw corrupt(source, "bad or truncated");
                case LibDeflate.INSUFFICIENT_SPACE -> throw full(source, destination);
                default -> throw failed(source, "result=" + result);
            }
            Moved moved = new Moved((int) sizes.getLong(0), (int) sizes.getLong(Long.BYTES));
            out.deliver(moved.produced());
            return moved;
        } finally {
            Reference.reachabilityFence(sizes);
        }
    }

    private int decompress(long handle, NativeSpan in, NativeSpan out, long sizes) {
        long produced = sizes + Long.BYTES;
        return switch (format()) {
            case ZLIB ->
                LibDeflate.libdeflate_zlib_decompress_ex(
                        handle, in.address(), in.length(), out.address(), out.length(), sizes, produced);
            case GZIP ->
                LibDeflate.libdeflate_gzip_decompress_ex(
                        handle, in.address(), in.length(), out.address(), out.length(), sizes, produced);
            case RAW ->
                LibDeflate.libdeflate_deflate_decompress_ex(
                        handle, in.address(), in.length(), out.address(), out.length(), sizes, produced);
        };
    }

    private static long allocated(long handle) {
        if (handle == 0) {
            throw new OsException("libdeflate could not allocate: out of memory");
        }
        return handle;
    }
}
