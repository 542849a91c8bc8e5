// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZstdFileInputTest {
    @TempDir
    Path directory;

    @Test
    void readsEveryFrameInPieces() throws IOException {
        byte[] data = new byte[700_001];
        new Random(5).nextBytes(data);
        Path file = write(frame(data, 0, 300_000), frame(data, 300_000, data.length - 300_000));
        assertThat(contents(file)).isEqualTo(data);
    }

    @Test
    void anEmptyFileHasNoContents() throws IOException {
        assertThat(contents(write(new byte[0]))).isEmpty();
        assertThat(contents(write(frame(new byte[0], 0, 0)))).isEmpty();
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] whole = frame("one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8), 0, 14);
        for (int length = 1; length < whole.length; length++) {
            Path file = write(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> contents(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("file=" + file);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = directory.resolve("none.zst");
        assertThatThrownBy(() -> contents(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot read a file of zstd: file=" + file);
    }

    @Test
    void nothingIsReadAfterClosing() throws IOException {
        ZstdFileInput input =
                new ZstdFileInput(write(frame(new byte[1 << 20], 0, 1 << 20)).toString());
        assertThat(input.next().remaining()).isPositive();
        input.close();
        assertThat(input.exhausted()).isTrue();
        assertThat(input.next().remaining()).isZero();
    }

    private Path write(byte[]... frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            bytes.write(frame);
        }
        return Files.write(directory.resolve("in.zst"), bytes.toByteArray());
    }

    private static byte[] frame(byte[] data, int offset, int length) {
        return Codecs.zstd().compress(data, offset, length);
    }

    private static byte[] contents(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdFileInput input = new ZstdFileInput(file.toString())) {
            while (!input.exhausted()) {
                ByteBuffer piece = input.next();
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy);
            }
        }
        return bytes.toByteArray();
    }
}
