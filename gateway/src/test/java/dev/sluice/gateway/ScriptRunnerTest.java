// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.SluiceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptRunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    /** What the scripts call. */
    public static final class Host {
        private final CountDownLatch seen = new CountDownLatch(1);

        public String greet(String name) {
            return "hello " + name;
        }

        public void fail() {
            throw new IllegalStateException("on purpose");
        }

        public boolean waitForOutput() throws InterruptedException {
            return seen.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.filter(Files::isDirectory)
                            .filter(path -> path.getFileName().toString().startsWith("sluice-gateway-")))
                    .isEmpty();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("sluice-")));
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void theScriptCallsTheProgram() throws InterruptedException {
        int code = ScriptRunner.of(Python.script())
                .entryPoint(new Host())
                .arguments("call")
                .pythonPath(Python.packages())
                .interpreter(Python.interpreter())
                .output(output)
                .errors(errors)
                .run();
        assertThat(errors.toString(UTF_8)).isEmpty();
        assertThat(output.toString(UTF_8)).isEqualTo("hello Zoë\n");
        assertThat(code).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 255})
    void theExitCodeIsTheScripts(int code) throws InterruptedException {
        assertThat(run("code", Integer.toString(code))).isEqualTo(code);
    }

    @Test
    void aKilledScriptHasTheSignalInItsCode() throws InterruptedException {
        assertThat(run("die")).isEqualTo(128 + 9);
    }

    @Test
    void aTracebackArrivesAndTheCodeIsOne() throws InterruptedException {
        assertThat(run("no_such_behaviour")).isEqualTo(1);
        assertThat(errors.toString(UTF_8)).contains("KeyError: 'no_such_behaviour'");
    }

    @Test
    void hostileArgumentsAreLiteral() throws InterruptedException {
        assertThat(run("echo", "$(touch x)", "; rm -rf /", "a\nb", "", "../..", "--help", "-c", "'\"`", "*"))
                .isZero();
        assertThat(output.toString(UTF_8))
                .contains("\"echo\", \"$(touch x)\", \"; rm -rf /\", \"a\\nb\", \"\", \"../..\", \"--help\", \"-c\","
                        + " \"'\\\"`\", \"*\"]")
                .contains("\"name\": \"__main__\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a dir/my script.py", "-c", "$(x)/;.py", "käse/ü.py"})
    void hostilePathsAreLiteral(String name) throws InterruptedException, IOException {
        Path script = Python.copyTo(directory.resolve(name));
        assertThat(runner(script, "echo").directory(directory).run()).isZero();
        assertThat(output.toString(UTF_8)).contains("\"cwd\": \"" + directory + "\"");
        assertThat(errors.toString(UTF_8)).isEmpty();
    }

    @Test
    void outputComesWhileTheScriptRuns() throws InterruptedException {
        Host host = new Host();
        OutputStream waiting = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                if (toString(UTF_8).contains("ready")) {
                    host.seen.countDown();
                }
            }
        };
        int code = runner(Python.script(), "stream")
                .entryPoint(host)
                .output(waiting)
                .run();
        assertThat(code).isZero();
        assertThat(host.seen.getCount()).isZero();
        assertThat(errors.toString(UTF_8)).isEqualTo("also here\n");
    }

    @Test
    void aBrokenTargetDoesNotBlockTheScript() throws InterruptedException {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("no more");
            }
        };
        assertThat(runner(Python.script(), "echo", "x".repeat(100_000))
                        .output(broken)
                        .run())
                .isZero();
    }

    @Test
    void theSecretIsNotToBeSeen() throws InterruptedException {
        assertThat(run("secrets")).isZero();
        assertThat(output.toString(UTF_8))
                .contains("\"modes\": [\"0o600\", \"0o700\"]")
                .contains("\"unlinked\": true")
                .contains("\"in_command\": false")
                .contains("\"in_environment\": false")
                .contains("\"left\": []");
    }

    @Test
    void aUsedTokenFileIsRefused() throws InterruptedException {
        assertThat(run("replay")).isZero();
        assertThat(output.toString(UTF_8))
                .startsWith("the gateway's token was used already, or the gateway is closed: path=");
    }

    @Test
    void anExceptionOfTheProgramArrives() throws InterruptedException {
        assertThat(run("java_error")).isZero();
        assertThat(output.toString(UTF_8)).isEqualTo("on purpose\n");
    }

    @Test
    void theVariablesAreTheScriptsAlone() throws InterruptedException {
        int code = runner(Python.script(), "environment", "PYTHONUNBUFFERED", "SLUICE_PYTHON", "COLOUR")
                .environment("COLOUR", "a b")
                .run();
        assertThat(code).isZero();
        assertThat(output.toString(UTF_8))
                .isEqualTo("{\"PYTHONUNBUFFERED\": \"1\", \"SLUICE_PYTHON\": \"" + Python.interpreter()
                        + "\", \"COLOUR\": \"a b\"}\n");
        assertThat(System.getenv(ScriptRunner.TOKEN_FILE)).isNull();
    }

    @Test
    void aProcessLeftBehindDoesNotHoldTheRunner() throws InterruptedException {
        assertThat(run("leave")).isZero();
        long pid = Long.parseLong(output.toString(UTF_8).strip());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void anInterruptedRunnerEndsItsScript() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                run("orphan");
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        await().atMost(PATIENCE).until(() -> output.toString(UTF_8).endsWith("\n"));
        long pid = Long.parseLong(output.toString(UTF_8).strip());
        thread.interrupt();
        thread.join(PATIENCE.toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aKilledProgramTakesItsScriptWithIt() throws InterruptedException, IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Dsluice.home=" + Python.root(),
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScriptExample.class.getName(),
                        Python.script().toString(),
                        "orphan")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SLUICE_PYTHON", Python.interpreter().toString());
        Process program = builder.start();
        try (var reader = program.inputReader(UTF_8)) {
            ProcessHandle script =
                    ProcessHandle.of(Long.parseLong(reader.readLine().strip())).orElseThrow();
            program.destroyForcibly().waitFor();
            await().atMost(PATIENCE).until(() -> !script.isAlive());
        }
        // What the killed program could not remove is removed by the next one that looks.
        Gateway.open(new Host(), directory, PATIENCE).close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aMissingScriptIsOneLine() {
        Path missing = directory.resolve("no script.py");
        assertThatThrownBy(() -> runner(missing).run())
                .isInstanceOf(SluiceException.class)
                .hasMessage("no such script: path=" + missing);
    }

    @Test
    void aMissingDirectoryIsOneLine() {
        assertThatThrownBy(() -> runner(Python.script(), "echo")
                        .directory(directory.resolve("none"))
                        .run())
                .isInstanceOf(SluiceException.class)
                .hasMessage("no such directory for the script: path=" + directory.resolve("none"));
    }

    @Test
    void aBadInterpreterIsOneLine() throws IOException {
        Path old = Files.writeString(directory.resolve("old"), "#!/bin/sh\necho sluice 3 8\n");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(
                        () -> runner(Python.script(), "echo").interpreter(old).run())
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("python is too old: version=3.8, needed=3.11, path=" + old);
        assertThatThrownBy(() -> runner(Python.script(), "echo")
                        .interpreter(directory.resolve("none"))
                        .run())
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("no python interpreter: path=" + directory.resolve("none"));
    }

    @Test
    void aNulInAnArgumentIsOneLine() {
        assertThatThrownBy(() -> run("echo", "a\0b"))
                .isInstanceOf(SluiceException.class)
                .hasMessage("an argument of the script holds a NUL character: index=1");
    }

    private int run(String... arguments) throws InterruptedException {
        return runner(Python.script(), arguments).run();
    }

    private ScriptRunner runner(Path script, String... arguments) {
        return ScriptRunner.of(script)
                .entryPoint(new Host())
                .arguments(arguments)
                .pythonPath(Python.packages())
                .interpreter(Python.interpreter())
                .output(output)
                .errors(errors);
    }
}
