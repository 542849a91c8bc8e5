// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.pickle.PickleCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that read one file and write another; how each runs alone is in python/tests/distribution. */
final class FilesFromJavaTest {
    @TempDir
    private Path directory;

    @Test
    void sumsWhatWasPickled() throws IOException {
        PickleCodec pickles = PickleCodec.bounded(1 << 10);
        Path prices = directory.resolve("prices");
        Path sums = directory.resolve("sums");
        Files.write(prices, pickles.dumps(List.of(pair("tea", 1.5), pair("cake", 3.0), pair("tea", 0.5))));

        PickleFromJava.main(new String[] {prices.toString(), sums.toString()});

        assertThat(pickles.loads(Files.readAllBytes(sums))).isEqualTo(Map.of("tea", 2.0, "cake", 3.0));
    }

    private static Object[] pair(String name, double price) {
        return new Object[] {name, price};
    }

    @Test
    void writesWhatGunzipReads() throws IOException {
        Path text = directory.resolve("text");
        Path packed = directory.resolve("text.gz");
        byte[] content = "tea and cake\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Files.write(text, content);

        GzipFromJava.main(new String[] {text.toString(), packed.toString()});

        assertThat(Files.size(packed)).isLessThan(content.length / 10);
        try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(packed))) {
            assertThat(unpacked.readAllBytes()).isEqualTo(content);
        }
    }
}
