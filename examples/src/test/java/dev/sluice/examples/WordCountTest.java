// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WordCountTest {
    private static final int BUDGET_MIB = 1;
    private static final int DISTINCT = 400_000;
    private static final int WORDS = 1_400_000;

    @TempDir
    Path temporary;

    private static String word(int number) {
        return String.format(Locale.ROOT, "word-%08d", number);
    }

    /** A text of words drawn at random; returns how often each was. */
    private static int[] write(Path text) throws IOException {
        SplittableRandom random = new SplittableRandom(20_261);
        int[] counts = new int[DISTINCT];
        try (BufferedWriter out = Files.newBufferedWriter(text)) {
            for (int i = 0; i < WORDS; i++) {
                int number = random.nextInt(DISTINCT);
                counts[number]++;
                out.append(word(number)).append(i % 12 == 0 ? '\n' : ' ');
            }
        }
        return counts;
    }

    @Test
    void countsAFileOfTenTimesItsMemoryInAHeapThatCouldNotHoldTheWords() throws Exception {
        Path text = temporary.resolve("text");
        Path result = temporary.resolve("counts");
        Path spill = Files.createDirectory(temporary.resolve("spill"));
        int[] counts = write(text);
        assertThat(Files.size(text)).isGreaterThan(10L * (BUDGET_MIB << 20));

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WordCount.class.getName(),
                        text.toString(),
                        result.toString(),
                        String.valueOf(BUDGET_MIB),
                        spill.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(spill).isEmptyDirectory();

        int distinct = 0;
        try (BufferedReader lines = Files.newBufferedReader(result)) {
            for (int number = 0; number < DISTINCT; number++) {
                if (counts[number] > 0) {
                    String wanted = word(number) + "\t" + counts[number];
                    String line = lines.readLine();
                    if (!wanted.equals(line)) {
                        assertThat(line).isEqualTo(wanted);
                    }
                    distinct++;
                }
            }
            assertThat(lines.readLine()).isNull();
        }
        assertThat(said).matches(distinct + " words, [1-9][0-9]* MiB went to disk\n");
    }
}
