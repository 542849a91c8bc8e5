// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.worker.PythonFunction;
import dev.sluice.worker.PythonWorkers;
import java.io.IOException;
import java.util.stream.Stream;

/** Streams values of a Java program through Python functions. */
public final class PythonFromJava {
    private PythonFromJava() {}

    public static void main(String[] words) throws IOException {
        try (PythonWorkers python = PythonWorkers.open()) {
            PythonFunction fold = python.source("def fold(word): return word.casefold()", "fold");
            fold.apply(Stream.of(words)).forEach(System.out::println);

            PythonFunction quote = python.function("shlex:quote");
            System.out.println(quote.call("it's"));

            PythonFunction ranked = python.source("""
                    from collections import Counter

                    def ranked(words):
                        yield from Counter(words).most_common()
                    """, "ranked");
            ranked.applyToAll(Stream.of(words))
                    .map(pair -> (Object[]) pair)
                    .forEach(pair -> System.out.println(pair[0] + ": " + pair[1]));
        }
    }
}
