// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Deflate by zlib itself. */
final class LibzCodec extends AbstractDeflateCodec {
    private final List<HandlePool<ByteBuffer>> compressors;
    private final HandlePool<ByteBuffer> decompressors;

    LibzCodec(LibZ library, DeflateFormat format) {
        super("libz", format, LibZ.MAX_LEVEL);
        Objects.requireNonNull(library); // proof that the functions are bound
        compressors = IntStream.rangeClosed(0, LibZ.MAX_LEVEL)
                .mapToObj(level ->
                        new HandlePool<>(() -> deflater(level), stream -> LibZ.deflateEnd(LibC.address(stream))))
                .toList();
        decompressors = new HandlePool<>(this::inflater, stream -> LibZ.inflateEnd(LibC.address(stream)));
    }

    @Override
    Moved deflate(ByteBuffer source, ByteBuffer destination, int level) {
        int most = DeflateCodec.bound(source.remaining());
        try (NativeSpan in = NativeSpan.source(source);
                NativeSpan out = NativeSpan.destination(destination, most)) {
            return compressors.get(level).use(stream -> {
                LibZ.deflateReset(aim(stream, in, out));
                int result = LibZ.deflate(LibC.address(stream), LibZ.Z_FINISH);
                if (result == LibZ.Z_OK || result == LibZ.Z_BUF_ERROR) {
                    throw full(source, destination);
                } else if (result != LibZ.Z_STREAM_END) {
                    throw failed(source, "deflate result=" + result);
                }
                return finished(stream, in, out);
            });
        }
    }

    @Override
    Moved inflate(ByteBuffer source, ByteBuffer destination) {
        try (NativeSpan in = NativeSpan.source(source);
                NativeSpan out = NativeSpan.destination(destination, Integer.MAX_VALUE)) {
            return decompressors.use(stream -> {
                LibZ.inflateReset(aim(stream, in, out));
                int result = LibZ.inflate(LibC.address(stream), LibZ.Z_FINISH);
                switch (result) {
                    case LibZ.Z_STREAM_END -> {}
                    case LibZ.Z_OK, LibZ.Z_BUF_ERROR ->
                        throw stream.getInt(LibZ.AVAILABLE_OUT) == 0 && hasMore(stream)
                                ? full(source, destination)
                                : corrupt(source, "truncated");
                    case LibZ.Z_NEED_DICT -> throw corrupt(source, "needs a preset dictionary");
                    case LibZ.Z_DATA_ERROR -> throw corrupt(source, message(stream));
                    default -> throw failed(source, "inflate result=" + result);
                }
                return finished(stream, in, out);
            });
        }
    }

    /** Tells "no room" from "cut exactly where the room ends" by offering room for one byte. */
    private static boolean hasMore(ByteBuffer stream) {
        ByteBuffer one = LibC.allocate(1);
        try {
            stream.putLong(LibZ.NEXT_OUT, LibC.address(one)).putInt(LibZ.AVAILABLE_OUT, 1);
            LibZ.inflate(LibC.address(stream), LibZ.Z_FINISH);
        } finally {
            Reference.reachabilityFence(one);
        }
        return stream.getInt(LibZ.AVAILABLE_OUT) == 0;
    }

    private static String message(ByteBuffer stream) {
        long text = stream.getLong(LibZ.MESSAGE);
        return text == 0 ? "bad data" : new Pointer(text).getString(0);
    }

    private static long aim(ByteBuffer stream, NativeSpan in, NativeSpan out) {
        stream.putLong(LibZ.NEXT_IN, in.address()).putInt(LibZ.AVAILABLE_IN, in.length());
        stream.putLong(LibZ.NEXT_OUT, out.address()).putInt(LibZ.AVAILABLE_OUT, out.length());
        return LibC.address(stream);
    }

    private static Moved finished(ByteBuffer stream, NativeSpan in, NativeSpan out) {
        int consumed = in.length() - stream.getInt(LibZ.AVAILABLE_IN);
        int produced = out.length() - stream.getInt(LibZ.AVAILABLE_OUT);
        out.deliver(produced);
        return new Moved(consumed, produced);
    }

    private ByteBuffer deflater(int level) {
        ByteBuffer stream = LibC.allocate(LibZ.STREAM_BYTES);
        int result = LibZ.deflateInit2_(
                LibC.address(stream),
                level,
                LibZ.Z_DEFLATED,
                format().windowBits(),
                LibZ.MEMORY_LEVEL,
                0,
                LibC.address(LibZ.VERSION),
                LibZ.STREAM_BYTES);
        return initialised("deflateInit2", stream, result);
    }

    private ByteBuffer inflater() {
        ByteBuffer stream = LibC.allocate(LibZ.STREAM_BYTES);
        int result = LibZ.inflateInit2_(
                LibC.address(stream), format().windowBits(), LibC.address(LibZ.VERSION), LibZ.STREAM_BYTES);
        return initialised("inflateInit2", stream, result);
    }

    private static ByteBuffer initialised(String call, ByteBuffer stream, int result) {
        if (result != LibZ.Z_OK) {
            throw new OsException("libz " + call + " failed: result=" + result);
        }
        return stream;
    }
}
