// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static dev.sluice.worker.TestPool.reading;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Census;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A zygote or a generation that ends is replaced once, whatever its callers are waiting for. */
@ExtendWith(Census.class)
final class ZygoteLossTest {
    @TempDir
    static Path packages;

    @TempDir
    Path directory;

    private static <T> CompletableFuture<T> async(Callable<T> call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /** A task that is handed over while the loss is not yet known is lost: its sender tries again, the pool cannot. */
    private static void awaitNoticed(TestPool workers, long parent) {
        Awaitility.await().until(() -> !workers.pool.zygotePids().contains(parent));
    }

    @Test
    void withWorkersIdle() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            for (int i = 0; i < 3; i++) {
                long worker = workers.pid();
                long zygote = workers.pool.zygotePids().get(0);
                TestPool.kill(zygote);
                awaitNoticed(workers, zygote);
                assertThat(workers.pid()).isNotEqualTo(worker);
                assertThat(workers.pool.zygotePids()).hasSize(1).doesNotContain(zygote);
                TestPool.awaitGone(worker);
            }
        }
    }

    @Test
    void withATaskRunning() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            Worker worker = workers.pool.acquire(List.of(), List.of());
            long zygote = workers.pool.zygotePids().get(0);
            Path started = directory.resolve("started");
            StageSpec stage =
                    workers.stage("def f(values):\n    open(next(values), 'w').close()\n    while True: pass");
            CompletableFuture<List<Object>> task = async(() -> TestPool.run(worker, stage, started.toString()));
            Awaitility.await().until(() -> Files.exists(started));
            TestPool.kill(zygote);
            assertThat(task)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(WorkerLostException.class)
                    .withMessageContaining("its parent process ended: pid=" + zygote);
            workers.pool.release(worker);
            TestPool.awaitGone(worker.pid());
            assertThat(workers.pid()).isNotEqualTo(worker.pid());
        }
    }

    @Test
    void withACallerWaitingForAFork() throws Exception {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            workers.pid();
            workers.pool.clear();
            long zygote = workers.pool.zygotePids().get(0);
            // Asked while it cannot answer.
            new ProcessBuilder("kill", "-STOP", Long.toString(zygote)).start().waitFor();
            long forks = workers.pool.forks();
            CompletableFuture<Long> waiting = async(workers::pid);
            Awaitility.await().until(() -> workers.pool.forks() > forks);
            TestPool.kill(zygote);
            assertThat(waiting).succeedsWithin(Duration.ofSeconds(20));
            assertThat(workers.pool.zygotePids()).hasSize(1).doesNotContain(zygote);
        }
    }

    @Test
    void withACallerWaitingForAGeneration() throws Exception {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            workers.pid();
            workers.pool.clear();
            long zygote = workers.pool.zygotePids().get(0);
            Path go = directory.resolve("go");
            String slow = "7 if __import__('os').path.exists('" + go + "') else __import__('time').sleep(60)";
            BroadcastFile file = workers.broadcast(slow, true);
            StageSpec stage = workers.stage(reading(file.id()), file);
            CompletableFuture<List<Object>> waiting = async(() -> workers.call(stage));
            Awaitility.await()
                    .until(() ->
                            ProcessHandle.of(zygote).orElseThrow().children().count() == 1);
            Files.createFile(go);
            TestPool.kill(zygote);
            assertThat(waiting)
                    .succeedsWithin(Duration.ofSeconds(20))
                    .satisfies(answer -> assertThat(answer.get(0)).isEqualTo(7));
            assertThat(workers.pool.zygotePids()).as("shared again").hasSize(2).doesNotContain(zygote);
        }
    }

    @Test
    void aGenerationThatEnds() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            BroadcastFile file = workers.broadcast("'shared'", true);
            StageSpec stage = workers.stage(reading(file.id()), file);
            for (int i = 0; i < 3; i++) {
                List<Object> answer = workers.call(stage);
                assertThat(answer.get(0)).isEqualTo("shared");
                List<Long> parents = workers.pool.zygotePids();
                assertThat(parents).hasSize(2);
                TestPool.kill(parents.get(1));
                awaitNoticed(workers, parents.get(1));
                TestPool.awaitGone((Integer) answer.get(1));
            }
            assertThat(workers.call(stage).get(0)).isEqualTo("shared");
        }
    }
}
