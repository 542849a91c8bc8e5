// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PythonFromJavaTest {
    @Test
    void printsWhatThePageSays() throws IOException {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            PythonFromJava.main(new String[] {"Stra\u00dfe", "tea", "TEA", "tea"});
        } finally {
            System.setOut(console);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("strasse\ntea\ntea\ntea\n'it'\"'\"'s'\ntea: 2\nStra\u00dfe: 1\nTEA: 1\n");
    }
}
