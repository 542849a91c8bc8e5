// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Census;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a process is not used again. After each case it is gone, and the pool works with another. */
@ExtendWith(Census.class)
final class WorkerRetirementTest {
    @TempDir
    static Path packages;

    @TempDir
    Path directory;

    private TestPool open(UnaryOperator<PoolOptions> change) throws IOException {
        return new TestPool(directory, packages, change);
    }

    private static void assertReplaced(TestPool workers, long pid) throws IOException {
        TestPool.awaitGone(pid);
        assertThat(workers.pid()).isNotEqualTo(pid);
        assertThat(workers.pool.zygotePids()).as("the zygote is the same").hasSize(1);
    }

    @Test
    void afterItsNumberOfTasks() throws IOException {
        try (TestPool workers = open(options -> TestPool.limits(options, 3, 0, false))) {
            long pid = workers.pid();
            assertThat(workers.pid()).isEqualTo(pid);
            assertThat(workers.pid()).isEqualTo(pid);
            assertReplaced(workers, pid);
        }
    }

    @Test
    void whenItsMemoryGrows() throws IOException {
        try (TestPool workers = open(options -> TestPool.limits(options, 1000, 8 << 20, false))) {
            long pid = workers.pid();
            StageSpec flat = workers.stage("import os\ndef f(values): return [os.getpid()]");
            for (int i = 0; i < 100; i++) {
                assertThat(workers.call(flat)).containsExactly((int) pid);
            }
            StageSpec growing =
                    workers.stage("kept = []\ndef f(values):\n    kept.append(bytearray(1 << 20))\n    return []");
            for (int i = 0; i < 64 && ProcessHandle.of(pid).isPresent(); i++) {
                workers.call(growing);
            }
            assertReplaced(workers, pid);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import subprocess\ndef f(values):\n    subprocess.Popen(['sleep', '60'])\n    return []",
                "import threading\ndef f(values):\n    threading.Thread(target=threading.Event().wait).start()\n    return []",
                "import os\ndef f(values):\n    os.dup2(os.open('/dev/null', os.O_WRONLY), 1)\n    return []",
            })
    void forWhatItLeavesBehind(String source) throws IOException {
        try (TestPool workers = open(options -> options)) {
            long pid = workers.pid();
            assertThat(workers.call(source)).isEmpty();
            assertReplaced(workers, pid);
        }
    }

    @Test
    void forAnyThreadOrDescriptorWhereIsolationIsStrict() throws IOException {
        String opening =
                "import os\nkept = []\ndef f(values):\n    kept.append(os.open('/dev/null', 0))\n    return []";
        try (TestPool workers = open(options -> TestPool.limits(options, 1000, 0, true))) {
            long pid = workers.pid();
            workers.call(opening);
            assertReplaced(workers, pid);
        }
        Path second = Files.createDirectory(directory.resolve("second"));
        try (TestPool workers = new TestPool(second, packages, options -> options)) {
            long pid = workers.pid();
            workers.call(opening);
            assertThat(workers.pid()).as("kept where it is not").isEqualTo(pid);
        }
    }

    @Test
    void whenWhatItEmitsCannotBeKept() throws IOException {
        try (TestPool workers = open(options -> options)) {
            Worker worker = workers.pool.acquire(List.of(), List.of());
            StageSpec stage = workers.stage("def f(values):\n    while True: yield 'x' * 1000");
            assertThatThrownBy(() -> worker.run(stage, TestPool.task(), (stream, piece) -> {
                        throw new IOException("no space left");
                    }))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("no space left");
            workers.pool.release(worker);
            assertReplaced(workers, worker.pid());
        }
    }

    @Test
    void whenItsInputCannotBeRead() throws IOException {
        TaskInput broken = new TaskInput() {
            @Override
            public ByteBuffer next() throws IOException {
                throw new IOException("a damaged block");
            }

            @Override
            public boolean exhausted() {
                return false;
            }

            @Override
            public void close() {}
        };
        try (TestPool workers = open(options -> options)) {
            Worker worker = workers.pool.acquire(List.of(), List.of());
            StageSpec stage = workers.stage("def f(values): return values");
            assertThatThrownBy(() -> worker.run(stage, TestPool.task(broken), (stream, piece) -> {}))
                    .hasMessage("a damaged block");
            workers.pool.release(worker);
            assertReplaced(workers, worker.pid());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def f(values):\n    open(next(values), 'w').close()\n    while True: pass",
                """
                import signal
                def f(values):
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    open(next(values), 'w').close()
                    while True: signal.pause()
                """,
            })
    void whenItIsCancelled(String source) throws IOException {
        try (TestPool workers = open(options -> options)) {
            Worker worker = workers.pool.acquire(List.of(), List.of());
            Path started = directory.resolve("started");
            CompletableFuture<Object> task =
                    CompletableFuture.supplyAsync(() -> outcome(worker, workers.stage(source), started));
            Awaitility.await().until(() -> Files.exists(started));
            worker.kill();
            worker.kill();
            assertThat(task.join())
                    .isInstanceOfSatisfying(
                            WorkerLostException.class,
                            e -> assertThat(e.started()).isTrue());
            workers.pool.release(worker);
            assertReplaced(workers, worker.pid());
        }
    }

    @Test
    void whenTheThreadThatRunsItIsInterrupted() throws Exception {
        try (TestPool workers = open(options -> options)) {
            Worker other = workers.pool.acquire(List.of(), List.of());
            Worker worker = workers.pool.acquire(List.of(), List.of());
            Path started = directory.resolve("started");
            StageSpec stage =
                    workers.stage("def f(values):\n    open(next(values), 'w').close()\n    while True: pass");
            AtomicReference<Object> outcome = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                outcome.set(outcome(worker, stage, started));
                // Still interrupted, as a caller may be: the zygote's connection must survive that.
                workers.pool.release(worker);
            });
            thread.start();
            Awaitility.await().until(() -> Files.exists(started));
            thread.interrupt();
            thread.join();
            assertThat(outcome.get())
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(e).hasMessage("interrupted while a task ran: worker=" + worker.pid()));
            long zygote = workers.pool.zygotePids().get(0);
            assertReplaced(workers, worker.pid());
            assertThat(TestPool.run(other, workers.stage("def f(values): return values"), 1))
                    .containsExactly(1);
            workers.pool.release(other);
            assertThat(workers.pool.zygotePids()).containsExactly(zygote);
        }
    }

    private static Object outcome(Worker worker, StageSpec stage, Path started) {
        try {
            return worker.run(stage, TestPool.task(started.toString()), (stream, piece) -> {});
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }
}
