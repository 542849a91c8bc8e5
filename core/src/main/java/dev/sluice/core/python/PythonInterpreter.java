// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.python;

import dev.sluice.core.SluiceException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Python interpreter that is there, runs, and is new enough.
 *
 * @param path the executable, absolute; links are kept, since a virtual environment is found through its link
 * @param major the major version
 * @param minor the minor version
 */
public record PythonInterpreter(Path path, int major, int minor) {
    /** The environment variable that names the interpreter to use as it is. */
    public static final String VARIABLE = "SLUICE_PYTHON";

    /** The oldest supported version, 3.11. */
    public static final int OLDEST_MINOR = 11;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern VERSION = Pattern.compile("sluice (\\d+) (\\d+)");
    private static final String PROGRAM = "import sys; print('sluice', sys.version_info[0], sys.version_info[1])";

    /**
     * Chooses an interpreter: {@code SLUICE_PYTHON}, else the active virtual or conda environment, else the one made by
     * Sluice's launcher ({@code SLUICE_HOME/.venv}), else {@code python3} on the path. A variable that is set decides,
     * also when what it names is bad.
     *
     * @param environment the environment variables to look at, usually {@link System#getenv()}
     * @return a checked interpreter
     * @throws SluiceException if there is none, it does not run, or it is older than 3.11
     */
    public static PythonInterpreter find(Map<String, String> environment) {
        String named = value(environment, VARIABLE);
        if (named != null) {
            return check(resolve(named, environment), VARIABLE + "=" + named);
        }
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String prefix = value(environment, variable);
            if (prefix != null) {
                return check(Path.of(prefix, "bin", "python"), variable + "=" + prefix);
            }
        }
        String home = value(environment, "SLUICE_HOME");
        if (home != null) {
            Path ours = Path.of(home, ".venv", "bin", "python");
            if (Files.isExecutable(ours)) {
                return check(ours, "SLUICE_HOME=" + home);
            }
        }
        return check(resolve("python3", environment), "python3 on PATH");
    }

    /**
     * Checks one interpreter.
     *
     * @param path the executable
     * @param origin who named it, for the error message
     * @return the interpreter with its version
     * @throws SluiceException if it does not run or is older than 3.11
     */
    public static PythonInterpreter check(Path path, String origin) {
        Path absolute = path.toAbsolutePath();
        if (!Files.isRegularFile(absolute) || !Files.isExecutable(absolute)) {
            throw new SluiceException("no python interpreter: path=" + path + ", from " + origin + "; set " + VARIABLE
                    + " to a python of version 3.11 or newer");
        }
        Matcher version = VERSION.matcher(ask(absolute, origin));
        if (!version.find()) {
            throw new SluiceException("not a python interpreter: path=" + absolute + ", from " + origin + "; set "
                    + VARIABLE + " to a python of version 3.11 or newer");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major != 3 || minor < OLDEST_MINOR) {
            throw new SluiceException("python is too old: version=" + major + "." + minor + ", needed=3." + OLDEST_MINOR
                    + ", path=" + absolute + ", from " + origin + "; set " + VARIABLE + " to a newer one");
        }
        return new PythonInterpreter(absolute, major, minor);
    }

    private static String ask(Path python, String origin) {
        List<String> command = new ArrayList<>(List.of(python.toString(), "-I", "-S", "-c", PROGRAM));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new SluiceException("a python interpreter does not answer: path=" + python + ", from "
                            + origin + ", seconds=" + PATIENCE.toSeconds());
                }
                byte[] answer = process.getInputStream().readNBytes(1024);
                return new String(answer, StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new SluiceException(
                    "a python interpreter does not start: path=" + python + ", from " + origin + ", reason="
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException("interrupted while looking at a python interpreter: path=" + python, e);
        }
    }

    private static Path resolve(String name, Map<String, String> environment) {
        if (name.indexOf('/') >= 0) {
            return Path.of(name);
        }
        String search = environment.getOrDefault("PATH", "");
        for (String directory : search.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return Path.of(name);
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
