// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codecs;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The contents of a file compressed by zstd, for workers whose Python has no zstd. */
public final class ZstdFileInput implements TaskInput {
    private static final int PIECE = 256 << 10;

    private final String file;
    private @Nullable InputStream stream;
    private boolean over;

    /**
     * Makes an input; the file is opened when it is first read.
     *
     * @param file its path
     */
    public ZstdFileInput(String file) {
        this.file = file;
    }

    /** {@return the path of the file} */
    public String file() {
        return file;
    }

    @Override
    public ByteBuffer next() throws IOException {
        if (over) {
            return ByteBuffer.allocate(0);
        }
        try {
            InputStream open = stream;
            if (open == null) {
                open = Codecs.openZstd(Path.of(file));
                stream = open;
            }
            byte[] piece = open.readNBytes(PIECE);
            over = piece.length < PIECE;
            return ByteBuffer.wrap(piece);
        } catch (IOException e) {
            throw new UnreadableInputException(
                    "cannot read a file of zstd: file=" + file + ", reason=" + e.getMessage(), e);
        }
    }

    @Override
    public boolean exhausted() {
        return over;
    }

    @Override
    public void close() throws IOException {
        over = true;
        InputStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
