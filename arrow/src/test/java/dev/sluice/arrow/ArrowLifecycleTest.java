// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Census;
import dev.sluice.core.SluiceException;
import dev.sluice.worker.WorkerLostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stays and what goes: processes, files, descriptors, threads, memory. */
@ExtendWith(Census.class)
final class ArrowLifecycleTest {
    private static final String SAME = "def same(x): return x";
    private static final Schema X = ArrowPython.X;

    private ArrowPython arrow;
    private ArrowWorkers workers;

    @BeforeEach
    void open() throws IOException {
        arrow = new ArrowPython();
        workers = arrow.workers();
    }

    @AfterEach
    void close() {
        workers.close();
        Path shared = arrow.python.sharedDirectory();
        Path local = arrow.python.directory();
        assertThat(files(shared)).as("files left in shared memory").isEmpty();
        arrow.close();
        assertThat(shared).doesNotExist();
        assertThat(local).doesNotExist();
    }

    private static List<String> files(Path directory) {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("arrow-"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWorkerIsUsedAgain() throws IOException {
        ArrowFunction same = workers.source(SAME, "same", X);
        for (int i = 0; i < 5; i++) {
            assertThat(ArrowPython.column(same.apply(arrow.numbers(2, 10_000)))).hasSize(10_002);
        }
        assertThat(arrow.python.pool().forks()).isEqualTo(1);
    }

    @Test
    void aWorkerKilledInABatchIsExplained() throws IOException {
        ArrowFunction f = workers.source(
                "import os, signal\ndef f(batch):\n    if batch.column(0)[0].as_py() > 50_000: os.kill(os.getpid(), signal.SIGKILL)\n    return batch",
                "f",
                X);
        assertThatThrownBy(() -> ArrowPython.column(f.apply(arrow.numbers(40_000, 40_000, 40_000, 40_000))))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("killed by signal 9 (SIGKILL)");
        assertThat(ArrowPython.column(workers.source(SAME, "same", X).apply(arrow.numbers(2))))
                .hasSize(2);
    }

    @Test
    void resultsLeftEarlyEndTheirWorker() throws IOException {
        ArrowFunction endless = arrow.workers(new ArrowOptions(1 << 20, 0, 1 << 20))
                .source("def endless(batches):\n    batch = next(batches)\n    while True: yield batch", "endless", X);
        ArrowReader reader = endless.applyToAll(arrow.numbers(10_000));
        assertThat(reader.loadNextBatch()).isTrue();
        reader.close();
        assertThatThrownBy(reader::loadNextBatch).isInstanceOf(SluiceException.class);
        // It is being killed; the pool hears of its end from the zygote.
        Awaitility.await().until(() -> arrow.python.pool().workerPids().isEmpty());
    }
}
