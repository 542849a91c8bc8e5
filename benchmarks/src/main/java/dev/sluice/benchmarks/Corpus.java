// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Real text that is on any machine that can run Sluice: the sources of the Python standard library. */
final class Corpus {

    private Corpus() {}

    /** The first bytes of the library's modules in the order of their names. */
    static byte[] text(int bytes) {
        try {
            ByteArrayOutputStream text = new ByteArrayOutputStream(bytes);
            for (Path module : modules()) {
                text.write(Files.readAllBytes(module));
                if (text.size() >= bytes) {
                    return Arrays.copyOf(text.toByteArray(), bytes);
                }
            }
            throw new IllegalStateException("the standard library has less text: bytes=" + text.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> modules() throws IOException {
        Process python = new ProcessBuilder("python3", "-c", "import os; print(os.path.dirname(os.__file__))").start();
        Path library = Path.of(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        try (Stream<Path> files = Files.list(library)) {
            return files.filter(file -> file.toString().endsWith(".py"))
                    .sorted()
                    .toList();
        }
    }
}
