// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import dev.sluice.core.ConfigException;
import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import java.util.List;
import java.util.Objects;

/** The codecs that this process has. */
public final class Codecs {
    private static final Codec NONE = new NoneCodec();
    private static final Codec ZSTD = new ZstdCodec(1);

    // Level 1: at rest the bytes live for minutes, and the disk is faster than any higher level.
    private static volatile Codec zlib = new ZlibCodec(1);

    private Codecs() {}

    /** {@return the codec that copies} */
    public static Codec none() {
        return NONE;
    }

    /** {@return the zlib codec: the JDK's, unless a faster one was given to {@link #useZlib}} */
    public static Codec zlib() {
        return zlib;
    }

    /** {@return the zstd codec} Its library is loaded when it first works, not here. */
    public static Codec zstd() {
        return ZSTD;
    }

    /**
     * Replaces the zlib codec of this process. What either wrote the other reads, so it may be called at any time.
     *
     * @param faster a codec with the name and number of zlib
     */
    public static void useZlib(Codec faster) {
        Objects.requireNonNull(faster);
        if (!faster.name().equals(zlib.name()) || faster.id() != zlib.id()) {
            throw new IllegalArgumentException("not a zlib codec: name=" + faster.name() + ", id=" + faster.id());
        }
        zlib = faster;
    }

    /**
     * Finds a codec by the name that a setting has.
     *
     * @param name {@code none}, {@code zlib} or {@code zstd}
     * @return the codec
     * @throws ConfigException if there is none of that name
     */
    public static Codec named(String name) {
        for (Codec codec : all()) {
            if (codec.name().equals(name)) {
                return codec;
            }
        }
        throw new ConfigException(
                "unknown codec: name=" + Messages.quote(name) + ", expected one of none, zlib, zstd; correct the name");
    }

    /**
     * Finds a codec by the number that a file has.
     *
     * @param id the number
     * @return the codec
     * @throws CorruptDataException if no codec has it
     */
    public static Codec numbered(byte id) {
        for (Codec codec : all()) {
            if (codec.id() == id) {
                return codec;
            }
        }
        throw new CorruptDataException("unknown codec number: id=" + id + ", expected 0 to 2");
    }

    private static List<Codec> all() {
        return List.of(NONE, zlib, ZSTD);
    }
}
