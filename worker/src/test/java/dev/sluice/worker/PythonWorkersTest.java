// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Census;
import dev.sluice.core.SluiceException;
import dev.sluice.core.pickle.PickleCodec;
import dev.sluice.core.python.PythonInterpreter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The workers as a Java program uses them, over a Python that has nothing but its standard library. */
@ExtendWith(Census.class)
final class PythonWorkersTest {
    private static final String DOUBLE = "def double(x): return x * 2";

    @TempDir
    Path temporary;

    private final Queue<String> printed = new ConcurrentLinkedQueue<>();
    private PythonWorkers python;

    @BeforeEach
    void open() throws IOException {
        // -I and -S: neither packages, nor variables, nor the user's own directory.
        python = openWith(bare(temporary, "exec \"$0\" -I -S \"$@\""));
    }

    @AfterEach
    void close() {
        python.close();
    }

    /** An interpreter that a script stands for. */
    private static Path bare(Path directory, String command) throws IOException {
        Path script = directory.resolve("python");
        String real = PythonInterpreter.find(
                        Map.of("PATH", System.getenv("PATH"), "SLUICE_PYTHON", TestPython.interpreter()))
                .path()
                .toString();
        Files.writeString(script, "#!/bin/sh\n" + command.replace("$0", real) + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private PythonWorkers openWith(Path interpreter) throws IOException {
        return PythonWorkers.open(
                interpreter,
                Map.of("XDG_CACHE_HOME", temporary.resolve("cache").toString()),
                (pid, stage, partition, piece) ->
                        printed.add(StandardCharsets.UTF_8.decode(piece).toString()),
                temporary);
    }

    @Test
    void valuesOfEveryKindComeBack() {
        PythonFunction same = python.source("def same(x): return x", "same");
        List<Object> values = Arrays.asList(
                null,
                true,
                7,
                1L << 40,
                BigInteger.ONE.shiftLeft(100),
                1.5,
                "text \u00e4\ud83d\ude00",
                List.of(1, "two"),
                Map.of("key", List.of(1)),
                LocalDate.of(2026, 11, 21));
        assertThat(same.apply(values.stream())).containsExactlyElementsOf(values);
        assertThat(same.call(null)).isNull();
        assertThat((byte[]) same.call(new byte[] {1, -1})).containsExactly(1, -1);
    }

    @Test
    void functionsOfModules() throws IOException {
        Files.writeString(temporary.resolve("pricing.py"), """
                class Vat:
                    rate = 20
                    @staticmethod
                    def add(net): return net * (100 + Vat.rate) // 100
                """);
        assertThat(python.function("pricing:Vat.add").apply(Stream.of(100, 250)))
                .containsExactly(120, 300);
        assertThat(python.function("os.path:basename").call("/a/b")).isEqualTo("b");
        assertThatThrownBy(() -> python.function("json"))
                .hasMessage("not the name of a function: name=json; write module:attribute");
        assertThatThrownBy(() -> python.function("no_such_module:f").call(1))
                .isInstanceOf(PythonException.class)
                .hasMessageContaining("ModuleNotFoundError: No module named 'no_such_module'");
        assertThatThrownBy(() -> python.function("json:no_such_function").call(1))
                .hasMessageContaining("AttributeError: module 'json' has no attribute 'no_such_function'");
        assertThatThrownBy(() -> python.source("x = 1", "f").call(1))
                .hasMessageContaining("NameError: the source text does not define 'f'");
    }

    @Test
    void cloudpickleIsNeededForItsOwnBytesAlone() throws IOException {
        PickleCodec codec = PickleCodec.bounded(1 << 20);
        assertThatThrownBy(() -> python.cloudpickle(codec.dumps("anything")).call(1))
                .hasMessageContaining("a function pickled by cloudpickle needs cloudpickle in the worker; install it");
        Path real = PythonInterpreter.find(System.getenv()).path();
        try (TestPython other = new TestPython();
                PythonWorkers full = openWith(real)) {
            if (!"none".equals(full.pool().versions().get("cloudpickle"))) {
                byte[] bytes = (byte[]) Objects.requireNonNull(
                        codec.loads(other.pickle("__import__('cloudpickle').dumps(lambda x: x + 1)")));
                assertThat(full.cloudpickle(bytes).apply(Stream.of(1, 2))).containsExactly(2, 3);
            }
        }
    }

    @Test
    void aFunctionOverAllValues() {
        PythonFunction running = python.source(
                "def running(values):\n    total = 0\n    for value in values:\n        total += value\n        yield total",
                "running");
        assertThat(running.applyToAll(IntStream.rangeClosed(1, 5).boxed())).containsExactly(1, 3, 6, 10, 15);
        assertThat(running.applyToAll(Stream.of())).isEmpty();
    }

    @Test
    void manyValuesInBoundedMemory() {
        AtomicInteger taken = new AtomicInteger();
        int count = 1_000_000;
        Stream<Integer> values = Stream.iterate(0, i -> i + 1).limit(count).peek(i -> taken.incrementAndGet());
        Iterator<Object> results = python.source(DOUBLE, "double").apply(values).iterator();
        assertThat(results.next()).isEqualTo(0);
        long sum = 0;
        while (results.hasNext()) {
            sum += (Integer) results.next();
        }
        assertThat(sum).isEqualTo((long) count * (count - 1));
        assertThat(taken).hasValue(count);
    }

    @Test
    void aReaderThatWaitsHoldsTheInputBack() throws InterruptedException {
        AtomicInteger taken = new AtomicInteger();
        Stream<String> values = Stream.generate(() -> "x".repeat(1000 + taken.incrementAndGet() % 2));
        try (Stream<Object> results = python.source(DOUBLE, "double").apply(values)) {
            Iterator<Object> iterator = results.iterator();
            assertThat(iterator.next()).isEqualTo("x".repeat(2002));
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> {
                int before = taken.get();
                Thread.sleep(100);
                return before == taken.get();
            });
            assertThat(taken.get()).as("records of 1 KB read ahead").isLessThan(20_000);
        }
    }

    @Test
    void largeValues() {
        byte[] large = new byte[40 << 20];
        large[large.length - 1] = 1;
        assertThat(python.source("def size(x): return [len(x), x[-1], x]", "size")
                        .call(large))
                .satisfies(
                        result -> assertThat(((List<?>) result).subList(0, 2)).isEqualTo(List.of(large.length, 1)));
    }

    @Test
    void anExceptionBringsThePythonTraceback() {
        PythonFunction divide = python.source("def divide(x):\n    return 10 // x\n", "divide");
        List<Object> got = new ArrayList<>();
        assertThatThrownBy(() -> divide.apply(Stream.of(5, 2, 0, 1)).forEach(got::add))
                .isInstanceOfSatisfying(PythonException.class, e -> {
                    assertThat(e.pythonType()).isEqualTo("ZeroDivisionError");
                    assertThat(e.traceback()).contains("line 2, in divide", "return 10 // x");
                })
                .hasMessageStartingWith("python function failed: ZeroDivisionError: ")
                .hasMessageContaining(" in function=divide worker=")
                .hasMessageContaining("Traceback (most recent call last):");
        assertThat(divide.call(5)).as("the worker is whole").isEqualTo(2);
        assertThat(python.pool().forks()).isEqualTo(1);
    }

    @Test
    void aWorkerStaysWarm() {
        PythonFunction counted = python.source(
                "import os\ncalls = []\ndef counted(x):\n    calls.append(x)\n    return [os.getpid(), len(calls)]",
                "counted");
        List<?> first = (List<?>) Objects.requireNonNull(counted.call(1));
        assertThat(counted.call(1)).isEqualTo(List.of(first.get(0), 2));
        assertThat(python.source(DOUBLE, "double").call(4)).isEqualTo(8);
        assertThat(python.pool().workerPids()).hasSize(1);
    }

    @Test
    void callsOfSeveralThreadsRunSideBySide() {
        PythonFunction wait = python.source("import time\ndef wait(x):\n    time.sleep(0.3)\n    return x", "wait");
        List<Integer> values = IntStream.range(0, 4).boxed().toList();
        assertThat(values.parallelStream().map(wait::call).toList()).isEqualTo(values);
    }

    @Test
    void aDeathIsExplained() {
        PythonFunction exit = python.source("import os\ndef leave(x): os._exit(x)", "leave");
        assertThatThrownBy(() -> exit.call(0))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("exit code 0");
        PythonFunction kill = python.source("import os\ndef kill(x): os.kill(os.getpid(), x)", "kill");
        assertThatThrownBy(() -> kill.call(9)).hasMessageContaining("killed by signal 9 (SIGKILL)");
        assertThat(python.source(DOUBLE, "double").call(1)).isEqualTo(2);
    }

    @Test
    void aFailureOfTheValuesReachesTheReader() {
        PythonFunction function = python.source(DOUBLE, "double");
        Stream<Integer> broken = Stream.of(1, 2, 3).map(i -> {
            if (i == 3) {
                throw new IllegalStateException("no third value");
            }
            return i;
        });
        assertThatThrownBy(() -> function.apply(broken).toList())
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("no third value")
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> function.apply(Stream.of(new Object())).toList())
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("java.lang.Object");
        assertThat(function.call(1)).isEqualTo(2);
    }

    @Test
    void aResultThatJavaDoesNotKnowIsRefused() {
        PythonFunction odd = python.source("class Odd: pass\ndef odd(x): return range(x)", "odd");
        assertThatThrownBy(() -> odd.call(1))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("range");
        assertThat(python.source(DOUBLE, "double").call(1)).isEqualTo(2);
    }

    @Test
    void closingAStreamEndsItsWorker() {
        PythonFunction forever = python.source(
                "import os\ndef forever(values):\n    for value in values:\n        yield os.getpid()\n    while True: pass",
                "forever");
        int pid;
        try (Stream<Object> results = forever.applyToAll(Stream.of(1, 2))) {
            pid = (Integer) results.iterator().next();
        }
        Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(python.source(DOUBLE, "double").call(1)).isEqualTo(2);
    }

    @Test
    void closingEndsEverything() {
        PythonFunction forever = python.source("def forever(x):\n    while True: pass", "forever");
        Stream<Object> stuck = forever.apply(Stream.of(1));
        CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(stuck.iterator()::hasNext);
        Awaitility.await().until(() -> !python.pool().workerPids().isEmpty());
        python.close();
        python.close();
        assertThatThrownBy(reading::join)
                .hasCauseInstanceOf(SluiceException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> forever.call(1)).hasMessage("python workers are closed: function=forever");
    }

    @Test
    void whatFunctionsPrintIsPassedOn() {
        assertThat(python.source("def hello(x): print('hello', x)", "hello").call("you"))
                .isNull();
        Awaitility.await()
                .untilAsserted(() -> assertThat(String.join("", printed)).isEqualTo("hello you\n"));
    }

    @Test
    void anInterpreterThatIsNotThereIsNamed() throws IOException {
        assertThatThrownBy(() -> openWith(Path.of("/no/such/python")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("interpreter=/no/such/python");
        try (PythonWorkers broken =
                openWith(bare(Files.createDirectory(temporary.resolve("broken")), "echo oops; exit 3"))) {
            assertThatThrownBy(() -> broken.source(DOUBLE, "double").call(1))
                    .hasMessageContaining("exit code=3")
                    .hasMessageContaining("oops");
        }
    }
}
