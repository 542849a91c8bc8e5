// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.core.codec.Codec;
import dev.sluice.os.DeflateException.Reason;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The implementations of {@link DeflateCodec}. Figures for each are in docs/native.md. */
public final class DeflateCodecs {

    /** Loads JNA; nothing but {@link #best}, {@link #libdeflate} and {@link #libz} touches it. */
    private static final class Best {
        static final Map<DeflateFormat, DeflateCodec> CODECS = all(DeflateCodecs::choose);
    }

    private static final class Jdk {
        static final Map<DeflateFormat, DeflateCodec> CODECS = all(JdkCodec::new);
    }

    private static final int FIRST_GUESS = 4;

    private DeflateCodecs() {}

    /**
     * The fastest implementation on this machine: libdeflate, else the JDK.
     *
     * @param format the wrapping
     * @return a shared codec
     */
    public static DeflateCodec best(DeflateFormat format) {
        return Best.CODECS.getOrDefault(format, jdk(format));
    }

    /**
     * The one that is always there, and loads nothing.
     *
     * @param format the wrapping
     * @return a shared codec
     */
    public static DeflateCodec jdk(DeflateFormat format) {
        return Jdk.CODECS.getOrDefault(format, new JdkCodec(format));
    }

    /**
     * libdeflate, where it loads.
     *
     * @param format the wrapping
     * @return a codec of its own, or empty
     */
    public static Optional<DeflateCodec> libdeflate(DeflateFormat format) {
        return Optional.ofNullable(LibDeflate.load().value()).map(library -> new LibDeflateCodec(library, format));
    }

    /**
     * The system's zlib, where it loads; no faster than the JDK, and of use where the JDK's copy is older.
     *
     * @param format the wrapping
     * @return a codec of its own, or empty
     */
    public static Optional<DeflateCodec> libz(DeflateFormat format) {
        return Optional.ofNullable(LibZ.load().value()).map(library -> new LibzCodec(library, format));
    }

    /**
     * core's zlib codec by the fastest implementation, to be given to {@code Codecs.useZlib}.
     *
     * @param level as of {@link DeflateCodec#compress}; core's own uses 1
     * @return a block codec
     */
    public static Codec blockCodec(int level) {
        return new BlockCodec(best(DeflateFormat.ZLIB), level);
    }

    /**
     * Decompresses data of unknown length: all streams or members that follow one another in the source.
     *
     * @param codec which implementation and format
     * @param source whole streams; its position advances to its limit
     * @param limit most bytes to produce
     * @return a heap buffer with the data, ready to read
     * @throws DeflateException where the data are corrupt, or more than the limit
     */
    public static ByteBuffer decompressAll(DeflateCodec codec, ByteBuffer source, int limit) {
        long guess = Math.max(64L, (long) source.remaining() * FIRST_GUESS);
        ByteBuffer result = ByteBuffer.allocate((int) Math.min(limit, guess));
        while (source.hasRemaining()) {
            try {
                codec.decompress(source, result);
            } catch (DeflateException e) {
                if (e.reason() != Reason.DESTINATION_FULL || result.capacity() >= limit) {
                    throw e;
                }
                long larger = Math.min(limit, result.capacity() * 2L);
                result = ByteBuffer.allocate((int) larger).put(result.flip());
            }
        }
        return result.flip();
    }

    static String describe() {
        return best(DeflateFormat.ZLIB) + " (tried " + LibDeflate.load() + ")";
    }

    /** libz is not among the choices: measured, it is never faster than the JDK, which has the same code inside. */
    private static DeflateCodec choose(DeflateFormat format) {
        return libdeflate(format).orElseGet(() -> jdk(format));
    }

    private static Map<DeflateFormat, DeflateCodec> all(Function<DeflateFormat, DeflateCodec> maker) {
        Map<DeflateFormat, DeflateCodec> codecs = new EnumMap<>(DeflateFormat.class);
        List.of(DeflateFormat.values()).forEach(format -> codecs.put(format, maker.apply(format)));
        return codecs;
    }
}
