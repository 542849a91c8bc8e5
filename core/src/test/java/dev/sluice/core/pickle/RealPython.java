// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.python.PythonInterpreter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a script in a Python of this machine, once a call. */
final class RealPython {
    private RealPython() {}

    /** Gives lines to a script on standard input and returns the lines that it prints. */
    static List<String> run(String script, List<String> lines) throws IOException, InterruptedException {
        PythonInterpreter python = PythonInterpreter.find(System.getenv());
        Process process = new ProcessBuilder(python.path().toString(), "-I", "-c", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            // Small enough for the pipe, so that neither side waits for the other.
            try (OutputStream in = process.getOutputStream()) {
                in.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("the script failed: " + output);
            }
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
