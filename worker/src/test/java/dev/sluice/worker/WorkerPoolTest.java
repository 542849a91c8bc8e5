// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static dev.sluice.worker.TestPool.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Census;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** When a pool uses a process again, and what a process is told. */
@ExtendWith(Census.class)
final class WorkerPoolTest {
    @TempDir
    static Path packages;

    @TempDir
    Path directory;

    @Test
    void aWorkerKeepsItsProcessOverTasksAndStages() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            Set<Object> pids = new HashSet<>();
            StageSpec stage = workers.stage("import os\ndef f(values): return [os.getpid()]");
            for (int i = 0; i < 20; i++) {
                pids.addAll(workers.call(stage));
                pids.add((int) workers.pid());
            }
            assertThat(pids).hasSize(1);
            assertThat(workers.pool.forks()).isEqualTo(1);
        }
    }

    @Test
    void stagesThatAWorkerForgotAreSentAgain() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            StageSpec first = workers.stage("def f(values): return ['first']");
            assertThat(workers.call(first)).containsExactly("first");
            for (int i = 0; i < 200; i++) {
                assertThat(workers.call("def f(values): return [" + i + "]")).containsExactly(i);
            }
            assertThat(workers.call(first)).containsExactly("first");
            assertThat(workers.pool.forks()).isEqualTo(1);
        }
    }

    @Test
    void withoutReuseEveryTaskHasAProcessOfItsOwn() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options.withReuse(false))) {
            Set<Long> pids = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                pids.add(workers.pid());
            }
            assertThat(pids).hasSize(5);
            pids.forEach(TestPool::awaitGone);
            assertThat(workers.pool.workerPids()).isEmpty();
        }
    }

    @Test
    void idleWorkersEnd() throws IOException {
        Duration timeout = Duration.ofMillis(60);
        try (TestPool workers = new TestPool(directory, packages, options -> options.withIdleTimeout(timeout))) {
            Worker busy = workers.pool.acquire(List.of(), List.of());
            long idle = workers.pid();
            TestPool.awaitGone(idle);
            assertThat(workers.pool.workerPids()).as("one that is leased stays").containsExactly(busy.pid());
            workers.pool.release(busy);
            Awaitility.await().until(() -> workers.pool.workerPids().isEmpty());
            assertThat(workers.pid()).isNotEqualTo(idle);
        }
    }

    @Test
    void workersForkedAheadAreUsed() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            workers.pool.prepare(2);
            Awaitility.await().until(() -> workers.pool.workerPids().size() == 2);
            List<Long> ready = workers.pool.workerPids();
            assertThat(ready).contains(workers.pid());
            assertThat(workers.pool.forks()).isEqualTo(2);
        }
    }

    @Test
    void oneThatWasLeasedWhenThePoolWasClearedServesNobodyElse() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            Worker leased = workers.pool.acquire(List.of(), List.of());
            workers.pool.clear();
            workers.pool.release(leased);
            TestPool.awaitGone(leased.pid());
            assertThat(workers.pid()).isNotEqualTo(leased.pid());
        }
    }

    @Test
    void oneThatWasLeasedWhenMemoryGrewShortIsUsedAgain() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long idle = workers.pid();
            workers.pool.shrink();
            TestPool.awaitGone(idle);
            Worker leased = workers.pool.acquire(List.of(), List.of());
            workers.pool.shrink();
            workers.pool.release(leased);
            assertThat(workers.pid()).isEqualTo(leased.pid());
        }
    }

    @Test
    void oneThatDiedWhileItWasIdleIsNotUsed() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            for (int i = 0; i < 5; i++) {
                long pid = workers.pid();
                TestPool.kill(pid);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> !workers.pool.workerPids().contains(pid));
            }
            assertThat(workers.pool.forks()).isEqualTo(5);
        }
    }

    @Test
    void aFunctionThatStopsReadingOrRaisesLeavesItsWorkerWhole() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long pid = workers.pid();
            Object[] many = new Object[50_000];
            java.util.Arrays.fill(many, "one of many values");
            assertThat(workers.call("def f(values): return [next(values)]", many))
                    .containsExactly(many[0]);
            assertThatThrownBy(() -> workers.call(
                            "def f(values):\n    next(values)\n    yield 1\n    raise KeyError('no')", many))
                    .isInstanceOf(PythonException.class)
                    .hasMessageContaining("KeyError: 'no'");
            assertThat(workers.call("def f(values): return values", 1, 2)).containsExactly(1, 2);
            assertThat(workers.pid()).isEqualTo(pid);
        }
    }

    @Test
    void aBroadcastIsReceivedOnceUntilItIsDropped() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            BroadcastFile file = workers.broadcast("['value']", false);
            String source = reading(file.id());
            List<Object> first = workers.call(workers.stage(source, file));
            assertThat(first.get(0)).isEqualTo(List.of("value"));
            // Whoever wanted it again could not read it.
            Files.delete(Path.of(file.path()));
            assertThat(workers.call(workers.stage(source, file))).isEqualTo(first);
            workers.pool.drop(file.id());
            assertThatThrownBy(() -> workers.call(workers.stage(source)))
                    .hasMessageContaining("unknown broadcast: id=" + file.id());
            assertThat((int) workers.pid()).isEqualTo(first.get(1));
        }
    }

    @Test
    void aSharedBroadcastIsLoadedInAGenerationAndGoesWithIt() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            long before = workers.pid();
            BroadcastFile file = workers.broadcast("__import__('os').getpid()", true);
            String source = reading(file.id());
            List<Object> first = workers.call(workers.stage(source, file));
            List<Long> parents = workers.pool.zygotePids();
            assertThat(parents).hasSize(2).contains((long) (Integer) first.get(0));
            TestPool.awaitGone(before);
            Worker one = workers.pool.acquire(List.of(file), List.of());
            List<Object> second = workers.call(workers.stage(source, file));
            workers.pool.release(one);
            assertThat(second.get(0)).as("unpickled once a machine").isEqualTo(first.get(0));
            assertThat(second.get(1)).isNotEqualTo(first.get(1));
            workers.pool.drop(file.id());
            TestPool.awaitGone(parents.get(1));
            assertThatThrownBy(() -> workers.call(workers.stage(source)))
                    .hasMessageContaining("unknown broadcast: id=" + file.id());
            assertThat(workers.pool.zygotePids()).containsExactly(parents.get(0));
        }
    }

    @Test
    void aBusyWorkerOutlivesTheEndOfWhatItsGenerationHolds() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            BroadcastFile file = workers.broadcast("list(range(3))", true);
            Worker busy = workers.pool.acquire(List.of(file), List.of());
            long generation = workers.pool.zygotePids().get(1);
            workers.pool.drop(file.id());
            // It has dropped what nobody else reads, but what it was forked from stays until it is given back.
            assertThat(TestPool.run(busy, workers.stage("import os\ndef f(values): return [os.getppid()]")))
                    .containsExactly((int) generation);
            workers.pool.release(busy);
            TestPool.awaitGone(generation);
            TestPool.awaitGone(busy.pid());
        }
    }

    @Test
    void whatCannotBeLoadedInAGenerationIsLoadedByTheWorker() throws IOException {
        try (TestPool workers = new TestPool(directory, packages, options -> options)) {
            BroadcastFile file = workers.broadcast("1/0", true);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> workers.call(workers.stage(reading(file.id()), file)))
                        .isInstanceOf(PythonException.class)
                        .hasMessageContaining("ZeroDivisionError");
            }
            assertThat(workers.pool.zygotePids()).hasSize(1);
        }
    }

    @Test
    void aDirectoryTooDeepForASocketIsNamedAndNothingIsLeft() throws IOException {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(60)).resolve("e".repeat(60)));
        assertThatThrownBy(() -> new TestPool(deep, packages, options -> options))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the path of a socket is too long: bytes=")
                .hasMessageContaining("limit=107 path=" + deep);
    }
}
