// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import dev.sluice.core.SluiceException;
import dev.sluice.core.python.PythonInterpreter;
import java.io.File;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Runs a Python script from a Java program. The script sees one object of the program through a {@link Gateway}: it
 * calls {@code sluice.py4jdoor.connect().entry_point}. Its output is unbuffered and copied as it comes.
 *
 * <pre>{@code
 * int code = ScriptRunner.of(Path.of("report.py"))
 *         .entryPoint(new Prices())
 *         .arguments("--year", "2026")
 *         .run();
 * }</pre>
 *
 * <p>Arguments are passed as they are, without a shell. A runner is used once and by one thread.
 */
public final class ScriptRunner {
    static final String PORT = "SLUICE_GATEWAY_PORT";
    static final String TOKEN_FILE = "SLUICE_GATEWAY_TOKEN_FILE";

    private final Path script;
    private final List<String> arguments = new ArrayList<>();
    private final List<Path> pythonPath = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Object entryPoint = new Object();
    private OutputStream output = System.out;
    private OutputStream errors = System.err;
    private @Nullable Path interpreter;
    private @Nullable Path directory;
    private boolean input;

    private ScriptRunner(Path script) {
        this.script = script;
    }

    /**
     * Begins a runner.
     *
     * @param script the Python file to run
     * @return a runner with no arguments, the interpreter's usual choice, and this program's output streams
     */
    public static ScriptRunner of(Path script) {
        return new ScriptRunner(script);
    }

    /**
     * Sets what the script may call.
     *
     * @param object seen by the script as {@code gateway.entry_point}; its class and methods must be public
     * @return this
     */
    public ScriptRunner entryPoint(Object object) {
        entryPoint = object;
        return this;
    }

    /**
     * Adds arguments.
     *
     * @param more the script's {@code sys.argv[1:]}, literally
     * @return this
     */
    public ScriptRunner arguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /**
     * Adds directories that the script may import from. They come before {@code SLUICE_HOME/python} and the
     * {@code PYTHONPATH} of this program.
     *
     * @param more directories or zip files
     * @return this
     */
    public ScriptRunner pythonPath(Path... more) {
        pythonPath.addAll(List.of(more));
        return this;
    }

    /**
     * Sets a variable in the script's environment, which otherwise is a copy of this program's.
     *
     * @param name the variable
     * @param value its value
     * @return this
     */
    public ScriptRunner environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Names the interpreter, in place of {@link PythonInterpreter#find}'s choice.
     *
     * @param python an executable, 3.11 or newer
     * @return this
     */
    public ScriptRunner interpreter(Path python) {
        interpreter = python;
        return this;
    }

    /**
     * Sets the script's working directory.
     *
     * @param path an existing directory
     * @return this
     */
    public ScriptRunner directory(Path path) {
        directory = path;
        return this;
    }

    /**
     * Redirects the script's standard output.
     *
     * @param stream written from another thread, flushed, not closed
     * @return this
     */
    public ScriptRunner output(OutputStream stream) {
        output = stream;
        return this;
    }

    /**
     * Redirects the script's standard error.
     *
     * @param stream written from another thread, flushed, not closed
     * @return this
     */
    public ScriptRunner errors(OutputStream stream) {
        errors = stream;
        return this;
    }

    /**
     * Lets the script read this program's standard input; otherwise it reads an empty one.
     *
     * @return this
     */
    public ScriptRunner inheritInput() {
        input = true;
        return this;
    }

    /**
     * Runs the script to its end: opens the gateway, starts Python, copies its output, then closes the gateway. If this
     * thread is interrupted, the script is ended first.
     *
     * @return the script's exit code; 128 + the signal number if it was killed
     * @throws SluiceException if the script, the directory or the interpreter is missing or unfit; nothing was started
     * @throws InterruptedException if this thread was interrupted; the script has ended
     */
    public int run() throws InterruptedException {
        Path file = script.toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new SluiceException("no such script: path=" + file);
        }
        if (directory != null && !Files.isDirectory(directory)) {
            throw new SluiceException("no such directory for the script: path=" + directory);
        }
        for (Path entry : pythonPath) {
            if (entry.toString().contains(File.pathSeparator)) {
                throw new SluiceException("PYTHONPATH cannot hold a path with a colon: path=" + entry);
            }
        }
        arguments.forEach(ScriptRunner::checkText);
        checkText(file.toString());
        Path python = interpreter == null
                ? PythonInterpreter.find(merged()).path()
                : PythonInterpreter.check(interpreter, "ScriptRunner.interpreter")
                        .path();
        try (Gateway gateway = Gateway.open(entryPoint)) {
            return ScriptProcess.start(builder(python, file, gateway), output, errors)
                    .waitFor();
        }
    }

    private ProcessBuilder builder(Path python, Path file, Gateway gateway) {
        List<String> command = new ArrayList<>(List.of(python.toString(), file.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectInput(
                input ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.from(new File("/dev/null")));
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Map<String, String> variables = builder.environment();
        variables.putAll(environment);
        variables.put("PYTHONPATH", searchPath(pythonPath, variables));
        variables.put("PYTHONUNBUFFERED", "1");
        variables.put(PythonInterpreter.VARIABLE, python.toString());
        variables.put(PORT, Integer.toString(gateway.port()));
        variables.put(TOKEN_FILE, gateway.tokenFile().toString());
        return builder;
    }

    private static String searchPath(List<Path> first, Map<String, String> variables) {
        StringJoiner joined = new StringJoiner(File.pathSeparator);
        first.forEach(path -> joined.add(path.toAbsolutePath().toString()));
        String home = variables.getOrDefault("SLUICE_HOME", System.getProperty("sluice.home", ""));
        if (!home.isEmpty()) {
            joined.add(Path.of(home, "python").toAbsolutePath().toString());
        }
        String inherited = variables.getOrDefault("PYTHONPATH", "");
        if (!inherited.isEmpty()) {
            joined.add(inherited);
        }
        return joined.toString();
    }

    private Map<String, String> merged() {
        Map<String, String> all = new HashMap<>(System.getenv());
        all.putAll(environment);
        return all;
    }

    // The JDK would put a question mark in place of what the encoding lacks; a wrong argument is worse than none.
    private static void checkText(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new SluiceException("an argument of the script holds a NUL character: index=" + text.indexOf('\0'));
        }
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        try {
            if (!Charset.forName(name).newEncoder().canEncode(text)) {
                throw new SluiceException("an argument of the script cannot be written in the platform's encoding:"
                        + " sun.jnu.encoding=" + name + "; start java with the environment variable LC_ALL=C.UTF-8");
            }
        } catch (UnsupportedCharsetException e) {
            throw new SluiceException("unknown platform encoding: sun.jnu.encoding=" + name, e);
        }
    }
}
