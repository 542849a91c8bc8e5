// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest {
    @AfterEach
    void writeToStandardErrorAgain() {
        Logs.passTo(null);
    }

    @Test
    void levelsHaveTheNamesThatTheSettingHas() {
        assertThat(List.of(Level.SEVERE, Level.WARNING, Level.INFO, Level.FINE, Level.FINEST))
                .extracting(level -> Logs.line(new LogRecord(level, "said")))
                .map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d ", "").strip())
                .containsExactly("ERROR said", "WARN said", "INFO said", "DEBUG said", "TRACE said");
    }

    @Test
    void aMessageForgesNoLineAndNoColour() {
        String line =
                Logs.line(new LogRecord(Level.WARNING, "a task raised x\n12:00:00 ERROR all is lost\r\u001b[2J\u009b"));
        assertThat(line.lines()).hasSize(2).last().asString().startsWith("    12:00:00 ERROR");
        assertThat(line).doesNotContain("\r", "\u001b", "\u009b");
    }

    @Test
    void whatWasThrownStandsBelow() {
        LogRecord logged = new LogRecord(Level.WARNING, "it broke");
        logged.setThrown(new IllegalStateException("why", new RuntimeException("at bottom")));
        assertThat(Logs.line(logged).lines()).element(0).asString().endsWith("WARN it broke");
        assertThat(Logs.line(logged)).contains("IllegalStateException: why", "Caused by: ", "at bottom");
    }

    @Test
    void aReaderHasTheLinesThatItTakes() {
        List<String> taken = new ArrayList<>();
        Logs.passTo(line -> taken.size() < 1 && taken.add(line));
        Logs.write("first\n");
        Logs.write("this one is for standard error\n");
        assertThat(taken).containsExactly("first\n");
    }
}
