// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.core.ConfigException;
import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The codecs that this process has. */
public final class Codecs {
    /** The largest window that the format has, as a power of two. */
    private static final int LARGEST_WINDOW = 31;

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
     * Opens a file of zstd frames, of any window size.
     *
     * @param file the file
     * @return its contents; reading throws an IOException where it is damaged or cut
     * @throws IOException if it cannot be opened
     */
    public static InputStream openZstd(Path file) throws IOException {
        ZstdLibrary.load();
        InputStream bytes = Files.newInputStream(file);
        try {
            return new ZstdInputStream(bytes).setLongMax(LARGEST_WINDOW);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
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
