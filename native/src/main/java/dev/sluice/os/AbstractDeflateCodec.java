// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.os.DeflateException.Reason;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

/** The checks and promises that every implementation keeps alike; what remains is the call itself. */
abstract class AbstractDeflateCodec implements DeflateCodec {
    private final String implementation;
    private final DeflateFormat format;
    private final int maxLevel;

    /** Sizes of one call: how much of the source was used and how much of the destination. */
    record Moved(int consumed, int produced) {}

    AbstractDeflateCodec(String implementation, DeflateFormat format, int maxLevel) {
        this.implementation = implementation;
        this.format = format;
        this.maxLevel = maxLevel;
    }

    /** Compresses without touching the positions of the buffers given. */
    abstract Moved deflate(ByteBuffer source, ByteBuffer destination, int level);

    /** Decompresses without touching the positions of the buffers given. */
    abstract Moved inflate(ByteBuffer source, ByteBuffer destination);

    @Override
    public final void compress(ByteBuffer source, ByteBuffer destination, int level) {
        if (level < 0 || level > maxLevel) {
            throw new IllegalArgumentException("compression level is not supported: level=" + level + " implementation="
                    + implementation + " levels=0.." + maxLevel
                    + (level >= 10 && level <= 12 ? "; levels 10 to 12 need libdeflate" : ""));
        }
        check(source, destination);
        advance(source, destination, deflate(source, destination, level));
    }

    @Override
    public final void decompress(ByteBuffer source, ByteBuffer destination) {
        check(source, destination);
        advance(source, destination, inflate(source, destination));
    }

    @SuppressWarnings("ReferenceEquality")
    private static void check(ByteBuffer source, ByteBuffer destination) {
        if (destination.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (source == destination) {
            throw new IllegalArgumentException("source and destination are the same buffer");
        }
    }

    private static void advance(ByteBuffer source, ByteBuffer destination, Moved moved) {
        source.position(source.position() + moved.consumed());
        destination.position(destination.position() + moved.produced());
    }

    final DeflateException corrupt(ByteBuffer source, String detail) {
        return new DeflateException(Reason.CORRUPT, "corrupt compressed data: " + detail + "; " + evidence(source));
    }

    final DeflateException full(ByteBuffer source, ByteBuffer destination) {
        return new DeflateException(
                Reason.DESTINATION_FULL,
                "result does not fit: room=" + destination.remaining() + "; " + evidence(source));
    }

    final DeflateException failed(ByteBuffer source, String detail) {
        return new DeflateException(Reason.FAILED, "deflate library failed: " + detail + "; " + evidence(source));
    }

    private String evidence(ByteBuffer source) {
        return "format=" + format + " source=" + source.remaining() + " offset=" + source.position()
                + " implementation=" + implementation;
    }

    @Override
    public final DeflateFormat format() {
        return format;
    }

    @Override
    public final int maxLevel() {
        return maxLevel;
    }

    @Override
    public String toString() {
        return implementation + " " + format;
    }
}
