// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Python process beside the tests: it evaluates expressions and pickles their values, as a driver would, and shows
 * what tasks sent back. It needs the standard library alone.
 */
public final class TestPython implements AutoCloseable {
    private static final String LOOP = """
            import base64, pickle, sys
            sys.path[:0] = sys.argv[1:]
            names = {"pickle": pickle, "sys": sys}
            for line in sys.stdin:
                kind, text = line.rstrip("\\n").split(" ", 1)
                try:
                    if kind == "run":
                        exec(base64.b64decode(text), names)
                        answer = b""
                    elif kind == "dump":
                        answer = pickle.dumps(eval(base64.b64decode(text), names), 5)
                    else:
                        function, data = text.split(" ")
                        answer = repr(eval(function, names)(base64.b64decode(data))).encode()
                    print("ok", base64.b64encode(answer).decode(), flush=True)
                except BaseException as error:
                    said = f"{type(error).__name__}: {error}".encode()
                    print("no", base64.b64encode(said).decode(), flush=True)
            """;

    private final Process process;
    private final BufferedReader answers;

    /**
     * Starts the process.
     *
     * @param path its module search path, before the standard library
     */
    public TestPython(Path... path) throws IOException {
        List<String> command = new ArrayList<>(List.of(interpreter(), "-P", "-c", LOOP));
        Stream.of(path).map(Path::toString).forEach(command::add);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Returns the interpreter that tests use: SLUICE_TEST_PYTHON, SLUICE_PYTHON, else python3. */
    public static String interpreter() {
        return Stream.of(
                        System.getProperty("SLUICE_TEST_PYTHON"),
                        System.getenv("SLUICE_TEST_PYTHON"),
                        System.getenv("SLUICE_PYTHON"))
                .filter(name -> name != null && !name.isBlank())
                .findFirst()
                .orElse("python3");
    }

    /** Returns the directory that holds the package {@code sluice} in this checkout. */
    public static Path packageDirectory() {
        @Nullable String root = System.getProperty("sluice.root");
        Path start = root == null ? Path.of("").toAbsolutePath() : Path.of(root);
        for (Path at = start; at != null; at = at.getParent()) {
            if (at.resolve("python/sluice/worker").toFile().isDirectory()) {
                return at.resolve("python");
            }
        }
        throw new AssertionError("no python/sluice above " + start);
    }

    /** Runs statements whose names later expressions see. */
    public void run(String statements) {
        ask("run " + encode(statements.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the pickle of an expression's value. */
    public byte[] pickle(String expression) {
        return ask("dump " + encode(expression.getBytes(StandardCharsets.UTF_8)));
    }

    /** Applies a function of this process to bytes and returns the {@code repr} of what it returns. */
    public String show(String function, byte[] data) {
        return new String(ask("show " + function + " " + encode(data)), StandardCharsets.UTF_8);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private synchronized byte[] ask(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new AssertionError("the Python helper ended");
            }
            byte[] data = Base64.getDecoder().decode(answer.substring(3));
            if (answer.startsWith("no")) {
                throw new AssertionError("Python: " + new String(data, StandardCharsets.UTF_8));
            }
            return data;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
