// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An I/O error at the n-th call, for every n, once and for good, with one directory and with two. */
class FaultSweepTest {
    private static final int PARTITIONS = 3;
    private static final long LIMIT = 300;
    private static final List<Samples.Chunk> CHUNKS = Samples.chunks(5, PARTITIONS, 60, 60);

    @TempDir
    Path temp;

    private Path first = Path.of("unset");
    private Path second = Path.of("unset");

    @BeforeEach
    void makeParents() throws IOException {
        first = Files.createDirectory(temp.resolve("first"));
        second = Files.createDirectory(temp.resolve("second"));
    }

    private interface Scenario {
        void run(SpillDirectories dirs, MemoryBudget budget) throws InterruptedException;
    }

    private static void mapTask(SpillDirectories dirs, MemoryBudget budget) {
        MapOutput output = Samples.write(CHUNKS, PARTITIONS, budget, dirs, Samples.TINY);
        try {
            for (int p = 0; p < PARTITIONS; p++) {
                assertThat(Samples.read(output, p)).isEqualTo(Samples.expected(CHUNKS, p));
            }
        } finally {
            output.close();
        }
    }

    private static void spool(SpillDirectories dirs, MemoryBudget budget) throws InterruptedException {
        try (Spool spool = new Spool(budget, dirs, Samples.TINY)) {
            long bytes = 0;
            for (Samples.Chunk chunk : CHUNKS) {
                spool.append(ByteBuffer.wrap(chunk.bytes()));
                bytes += chunk.bytes().length;
            }
            spool.complete(bytes, CHUNKS.size());
            assertThat(Samples.drain(spool)).hasSize((int) bytes);
        }
    }

    private enum Outcome {
        RIGHT,
        REFUSED,
        NO_FAULT
    }

    /** Checks the answer or the error, and that nothing is left. */
    private static Outcome run(FailingFiles files, List<Path> parents, long n, boolean forGood, Scenario scenario)
            throws InterruptedException {
        MemoryBudget budget = MemoryBudget.of(LIMIT);
        SpillDirectories dirs = SpillDirectories.open(parents, files);
        Outcome outcome;
        files.failAt(n, forGood);
        try {
            scenario.run(dirs, budget);
            outcome = Outcome.RIGHT;
        } catch (SpillException e) {
            assertThat(e).hasMessageMatching("(?s).*(file=|directory=)/.*injected at call.*");
            outcome = Outcome.REFUSED;
        }
        // The disk is well again when the run ends.
        boolean happened = files.heal();
        dirs.close();
        assertThat(files.openCount()).as("open files, n=%d", n).isZero();
        assertThat(files.existing()).as("files left, n=%d", n).isEmpty();
        assertThat(budget.tryAcquire(LIMIT)).isEqualTo(LIMIT);
        return happened ? outcome : Outcome.NO_FAULT;
    }

    private void sweep(Scenario scenario) throws InterruptedException {
        for (boolean forGood : new boolean[] {false, true}) {
            for (List<Path> parents : List.of(List.of(first), List.of(first, second))) {
                FailingFiles files = new FailingFiles();
                Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
                for (long n = 1; !outcomes.containsKey(Outcome.NO_FAULT); n++) {
                    outcomes.merge(run(files, parents, n, forGood, scenario), 1, Integer::sum);
                }
                assertThat(outcomes).containsKeys(Outcome.values());
                assertThat(outcomes.values().stream().mapToInt(i -> i).sum()).isGreaterThan(20);
            }
        }
        assertThat(first).isEmptyDirectory();
        assertThat(second).isEmptyDirectory();
    }

    @Test
    void everyCallOfAMapTask() throws InterruptedException {
        sweep(FaultSweepTest::mapTask);
    }

    @Test
    void everyCallOfASpool() throws InterruptedException {
        sweep(FaultSweepTest::spool);
    }

    @Test
    void oneBadDirectoryOfTwo() throws InterruptedException {
        FailingFiles files = new FailingFiles();
        files.failIn(first);
        for (Scenario scenario : List.<Scenario>of(FaultSweepTest::mapTask, FaultSweepTest::spool)) {
            for (int round = 0; round < 4; round++) {
                assertThat(run(files, List.of(first, second), Long.MAX_VALUE, false, scenario))
                        .isEqualTo(Outcome.NO_FAULT);
            }
        }
    }

    @Test
    void oneDirectoryFillsUpAndTheOtherGoesOn() throws InterruptedException {
        for (long room = 0; room < 3_000; room += 37) {
            FailingFiles files = new FailingFiles();
            try (SpillDirectories dirs = SpillDirectories.open(List.of(first, second), files)) {
                files.limit(dirs.paths().get(0), room);
                mapTask(dirs, MemoryBudget.of(LIMIT));
                spool(dirs, MemoryBudget.of(LIMIT));
            }
            assertThat(files.openCount()).isZero();
            assertThat(files.existing()).isEmpty();
        }
    }

    @Test
    void noRoomAnywhere() {
        FailingFiles files = new FailingFiles();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(first, second), files)) {
            dirs.paths().forEach(path -> files.limit(path, 10));
            assertThatThrownBy(() -> mapTask(dirs, MemoryBudget.of(LIMIT)))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("no local directory can take spilled bytes: bytes=")
                    .hasMessageContaining(
                            "directory=" + dirs.paths().get(0) + " free=10 cause=java.io.IOException: no room for")
                    .hasMessageContaining("directory=" + dirs.paths().get(1) + " free=10")
                    .hasMessageContaining("free some space or name another local directory");
        }
        assertThat(files.existing()).isEmpty();
    }
}
