// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.spill.Aggregation;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.Serializers;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillingAggregator;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** Counts the words of a text file that may be much larger than memory, and writes them in their order. */
public final class WordCount {
    private WordCount() {}

    /**
     * Counts.
     *
     * @param arguments the text, the file to write, how many MiB of memory to use, a directory for what does not fit
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path text = Path.of(arguments[0]);
        Path result = Path.of(arguments[1]);
        MemoryBudget memory = MemoryBudget.of(Long.parseLong(arguments[2]) << 20);

        try (SpillDirectories directories = SpillDirectories.open(List.of(Path.of(arguments[3])));
                SpillingAggregator<String, Long, Long> counts = new SpillingAggregator<>(
                        new Aggregation<>(one -> one, Long::sum, Long::sum),
                        Serializers.strings(),
                        Serializers.longs(),
                        memory,
                        directories)) {
            try (BufferedReader lines = Files.newBufferedReader(text)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    for (StringTokenizer words = new StringTokenizer(line); words.hasMoreTokens(); ) {
                        counts.insert(words.nextToken(), 1L);
                    }
                }
            }
            long words = 0;
            try (BufferedWriter out = Files.newBufferedWriter(result)) {
                Iterator<Map.Entry<String, Long>> sorted = counts.iterator(Comparator.naturalOrder());
                while (sorted.hasNext()) {
                    Map.Entry<String, Long> entry = sorted.next();
                    out.append(entry.getKey())
                            .append('\t')
                            .append(entry.getValue().toString());
                    out.newLine();
                    words++;
                }
            }
            System.out.println(words + " words, " + (counts.spilledBytes() >> 20) + " MiB went to disk");
        }
    }
}
