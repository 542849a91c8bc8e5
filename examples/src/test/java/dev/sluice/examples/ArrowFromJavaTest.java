// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, whose environment names a Python with pandas. */
final class ArrowFromJavaTest {
    @Test
    void printsWhatThePageSays() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Those of this one, as the build sets them.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--") || option.startsWith("-XX"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ArrowFromJava.class.getName()));
        command.addAll(List.of("-3.5", "12", "31.25"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Path built = Path.of(System.getProperty("sluice.root", ".."), "python/target/venv/bin/python");
        if (System.getenv("SLUICE_PYTHON") == null && Files.isExecutable(built)) {
            builder.environment().put("SLUICE_PYTHON", built.toString());
        }
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed).isEqualTo("celsius\tclass\n-3.5\tfrost\n12.0\tmild\n31.25\twarm\n");
    }
}
