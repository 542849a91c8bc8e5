// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Census;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams of values that are read side by side, left early, or cut: the next call finds the workers whole. */
@ExtendWith(Census.class)
final class PythonStreamsTest {
    private static final String DOUBLE = "def double(x): return x * 2";
    private static final String PIDS = "import os\ndef pids(x): return os.getpid()";

    @TempDir
    static Path cache;

    private PythonWorkers python;
    private PythonFunction twice;

    @BeforeEach
    void open() throws IOException {
        python = open((pid, stage, partition, piece) -> {});
        twice = python.source(DOUBLE, "double");
    }

    @AfterEach
    void close() {
        python.close();
    }

    private static PythonWorkers open(OutputListener listener) throws IOException {
        return PythonWorkers.open(
                Path.of(TestPython.interpreter()), Map.of("XDG_CACHE_HOME", cache.toString()), listener);
    }

    private int pid() {
        return (Integer) Objects.requireNonNull(python.source(PIDS, "pids").call(0));
    }

    @Test
    void severalThreadsMixTheirStreams() throws Exception {
        PythonFunction negate = python.source("def negate(values):\n    for x in values: yield -x", "negate");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                int first = caller * 100_000;
                callers.add(() -> {
                    for (int round = 0; round < 5; round++) {
                        List<Integer> values =
                                IntStream.range(first, first + 3_000).boxed().toList();
                        assertThat(twice.apply(values.stream()))
                                .containsExactlyElementsOf(values.stream()
                                        .map(i -> (Object) (i * 2))
                                        .toList());
                        assertThat(negate.applyToAll(values.stream()))
                                .containsExactlyElementsOf(
                                        values.stream().map(i -> (Object) (-i)).toList());
                        assertThat(twice.call(first)).isEqualTo(first * 2);
                    }
                    return null;
                });
            }
            for (Future<Void> caller : threads.invokeAll(callers)) {
                caller.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(python.pool().forks()).isLessThanOrEqualTo(4);
    }

    @Test
    void oneStreamsResultsAreTheOthersValues() {
        Iterator<Object> left = twice.apply(IntStream.range(0, 5_000).boxed()).iterator();
        Iterator<Object> right = twice.apply(flow(left)).iterator();
        int count = 0;
        while (right.hasNext()) {
            assertThat(right.next()).isEqualTo(count++ * 4);
        }
        assertThat(count).isEqualTo(5_000);
    }

    /** The rest of an iterator as a stream. */
    private static Stream<Object> flow(Iterator<Object> results) {
        Iterable<Object> once = () -> results;
        return java.util.stream.StreamSupport.stream(once.spliterator(), false);
    }

    @Test
    void aStreamThatNobodyReadsNeedsNoWorker() {
        List<Integer> taken = new ArrayList<>();
        Stream<Object> unread = twice.apply(Stream.of(1, 2).peek(taken::add));
        unread.close();
        assertThat(python.pool().forks()).isZero();
        assertThat(taken).isEmpty();
    }

    @Test
    void aStreamLeftEarlyEndsItsWorkerAlone() {
        Stream<Object> kept = twice.apply(Stream.iterate(0, i -> i + 1));
        Iterator<Object> stays = kept.iterator();
        assertThat(stays.next()).isEqualTo(0);
        Set<Integer> ended = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            try (Stream<Object> left = python.source(PIDS, "pids").apply(Stream.iterate(0, x -> x + 1))) {
                ended.add((Integer) left.iterator().next());
            }
        }
        assertThat(ended).hasSize(3).allSatisfy(pid -> TestPool.awaitGone(pid));
        assertThat(stays.next()).as("the other goes on").isEqualTo(2);
        kept.close();
        assertThat(twice.call(1)).isEqualTo(2);
    }

    @Test
    void aStreamClosedWhileItsValuesAreAwaitedLetsGoOfThem() {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(10);
        queue.add(1);
        Stream<Integer> values = Stream.generate(() -> {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nothing comes any more", e);
            }
        });
        int pid = pid();
        try (Stream<Object> results = twice.apply(values)) {
            assertThat(results.iterator().next()).isEqualTo(2);
        }
        TestPool.awaitGone(pid);
        // The census finds the thread if it still waits.
        assertThat(twice.call(1)).isEqualTo(2);
    }

    @Test
    void aWorkerKilledInTheMiddleIsExplained() {
        PythonFunction pids = python.source(PIDS, "pids");
        Iterator<Object> results = pids.apply(Stream.iterate(0, x -> x + 1)).iterator();
        int pid = (Integer) results.next();
        TestPool.kill(pid);
        assertThatThrownBy(() ->
                        results.forEachRemaining(result -> assertThat(result).isEqualTo(pid)))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("worker lost: pid=" + pid + " killed by signal 9 (SIGKILL), peak memory ");
        assertThatThrownBy(results::hasNext).as("not the end of a stream").isInstanceOf(WorkerLostException.class);
        assertThat(pid()).isNotEqualTo(pid);
    }

    @Test
    void aWorkerThatDiedIdleIsNoticed() {
        for (int i = 0; i < 10; i++) {
            int pid = pid();
            TestPool.kill(pid);
            TestPool.awaitGone(pid);
        }
        assertThat(twice.call(1)).isEqualTo(2);
    }

    @Test
    void aRefusedResultEndsTheCallThatMadeIt() {
        PythonFunction odd = python.source(
                "import os\ndef odd(x):\n    if x == 3: return object()\n    return 'x' * 100_000 if x else os.getpid()",
                "odd");
        Iterator<Object> results = odd.apply(Stream.iterate(0, x -> x + 1)).iterator();
        int pid = (Integer) results.next();
        assertThatThrownBy(() -> results.forEachRemaining(result -> {}))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("object");
        assertThatThrownBy(results::hasNext).isInstanceOf(SluiceException.class);
        TestPool.awaitGone(pid);
        Awaitility.await().until(() -> python.pool().workerPids().isEmpty());
        assertThat(twice.call(1)).isEqualTo(2);
    }

    @Test
    void aListenerThatThrowsStopsNobody() throws IOException {
        try (PythonWorkers loud = open((pid, stage, partition, piece) -> {
            throw new IllegalStateException("a listener that fails");
        })) {
            PythonFunction print =
                    loud.source("def shout(x):\n    print('x' * 100_000, flush=True)\n    return x", "shout");
            for (int i = 0; i < 20; i++) {
                assertThat(print.call(i)).isEqualTo(i);
            }
        }
    }
}
