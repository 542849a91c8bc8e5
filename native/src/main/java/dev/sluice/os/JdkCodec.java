// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflate by java.util.zip, with gzip's wrapping done here. */
final class JdkCodec extends AbstractDeflateCodec {
    private final List<HandlePool<Deflater>> deflaters;
    private final HandlePool<Inflater> inflaters;

    JdkCodec(DeflateFormat format) {
        super("JDK", format, LibZ.MAX_LEVEL);
        boolean bare = format != DeflateFormat.ZLIB;
        deflaters = IntStream.rangeClosed(0, LibZ.MAX_LEVEL)
                .mapToObj(level -> new HandlePool<>(() -> new Deflater(level, bare), Deflater::end))
                .toList();
        inflaters = new HandlePool<>(() -> new Inflater(bare), Inflater::end);
    }

    @Override
    Moved deflate(ByteBuffer source, ByteBuffer destination, int level) {
        ByteBuffer out = destination.duplicate();
        boolean gzip = format() == DeflateFormat.GZIP;
        if (gzip && out.remaining() < GzipHeader.BYTES + GzipHeader.TRAILER_BYTES) {
            throw full(source, destination);
        }
        if (gzip) {
            GzipHeader.write(out);
            out.limit(out.limit() - GzipHeader.TRAILER_BYTES);
        }
        boolean finished = deflaters.get(level).use(deflater -> {
            try {
                deflater.setInput(source.duplicate());
                deflater.finish();
                while (!deflater.finished() && out.hasRemaining()) {
                    deflater.deflate(out);
                }
                return deflater.finished();
            } finally {
                deflater.reset(); // also lets go of the caller's buffer
            }
        });
        if (!finished) {
            throw full(source, destination);
        }
        if (gzip) {
            out.limit(destination.limit());
            CRC32 crc = new CRC32();
            crc.update(source.duplicate());
            GzipHeader.writeTrailer(out, crc.getValue(), source.remaining());
        }
        return new Moved(source.remaining(), out.position() - destination.position());
    }

    @Override
    Moved inflate(ByteBuffer source, ByteBuffer destination) {
        ByteBuffer in = source.duplicate();
        ByteBuffer out = destination.duplicate();
        if (format() == DeflateFormat.GZIP) {
            String wrong = GzipHeader.skip(in);
            if (wrong != null) {
                throw corrupt(source, wrong);
            }
        }
        inflaters.use(inflater -> {
            try {
                inflater.setInput(in);
                inflateAll(inflater, source, out, destination);
            } catch (DataFormatException e) {
                throw corrupt(source, String.valueOf(e.getMessage()));
            } finally {
                inflater.reset(); // also lets go of the caller's buffer
            }
            return true;
        });
        if (format() == DeflateFormat.GZIP) {
            checkTrailer(source, in, destination, out.position());
        }
        return new Moved(in.position() - source.position(), out.position() - destination.position());
    }

    private void inflateAll(Inflater inflater, ByteBuffer source, ByteBuffer out, ByteBuffer destination)
            throws DataFormatException {
        while (!inflater.finished()) {
            int produced = inflater.inflate(out);
            if (inflater.finished() || produced > 0) {
                continue;
            }
            if (inflater.needsDictionary()) {
                throw corrupt(source, "needs a preset dictionary");
            }
            // Nothing came. Tell "no room" from "cut exactly where the room ends" by offering room for one byte.
            if (!out.hasRemaining() && inflater.inflate(new byte[1]) == 1) {
                throw full(source, destination);
            }
            if (!inflater.finished()) {
                throw corrupt(source, "truncated");
            }
        }
    }

    private void checkTrailer(ByteBuffer source, ByteBuffer in, ByteBuffer destination, int end) {
        if (in.remaining() < GzipHeader.TRAILER_BYTES) {
            throw corrupt(source, "truncated gzip trailer");
        }
        in.order(ByteOrder.LITTLE_ENDIAN);
        long expected = Integer.toUnsignedLong(in.getInt());
        int length = in.getInt();
        CRC32 crc = new CRC32();
        crc.update(destination.duplicate().limit(end));
        if (crc.getValue() != expected) {
            throw corrupt(source, String.format("crc32 expected=%08x actual=%08x", expected, crc.getValue()));
        }
        if (length != end - destination.position()) {
            throw corrupt(source, "length expected=" + length + " actual=" + (end - destination.position()));
        }
    }
}
