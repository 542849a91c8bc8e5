// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spill.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where cached partitions go, and what happens to those for which there is no room. */
final class StorageLevelTest extends EngineFixture {
    /** Room for one of the two partitions of {@link #large}. */
    private static final long ROOM = 3 << 20;

    private MemoryBudget budget = MemoryBudget.of(ROOM);

    @Override
    protected Engine start(Setup setup) throws IOException {
        budget = MemoryBudget.of(ROOM);
        return WithPool.start(setup, MemoryBudget.of(64 << 20), budget);
    }

    /** Two partitions of about 2 MB each; a note is left when one is computed. */
    private Dataset large(Path notes) {
        return plans.python(
                plans.range(4_000, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + ")), ('map', large_record)");
    }

    private long kept() {
        long free = budget.tryAcquire(ROOM);
        budget.release(free);
        return ROOM - free;
    }

    /** Runs a job and runs it again, which finds both partitions kept. */
    private String runTwice(Dataset cached, Path notes) throws Exception {
        String result = run(cached);
        assertThat(run(cached)).isEqualTo(result);
        assertThat(names(notes)).as("each partition is computed once").hasSize(2);
        return result;
    }

    private List<Path> cacheFiles() throws IOException {
        return left().stream()
                .filter(file -> file.toString().contains("/sluice-spill-"))
                .filter(file -> !file.toString().endsWith(".lock"))
                .toList();
    }

    @Test
    void inMemoryOnlyWhatDoesNotFitIsComputedEachTime() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(large(notes), Keep.MEMORY);
        Dataset reader = plans.python(cached, "('map', len), ('mapPartitions', total)");
        String expected = run(reader);
        assertThat(names(notes)).hasSize(2);
        assertThat(cacheFiles()).isEmpty();
        assertThat(kept()).as("one of two partitions").isBetween(1_500_000L, ROOM);
        for (int times = 1; times < 4; times++) {
            assertThat(run(reader)).isEqualTo(expected);
            assertThat(names(notes)).as("one is computed anew each time").hasSize(2 + times);
        }
        assertThat(cacheFiles()).isEmpty();
        engine().forget(cached.id());
        assertThat(kept()).isZero();
    }

    @Test
    void inMemoryOnlyWhatFitsIsComputedOnce() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(
                plans.python(plans.range(100, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + "))"),
                Keep.MEMORY);
        runTwice(cached, notes);
    }

    @Test
    void overDiskTooWhatDoesNotFitIsInAFile() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(large(notes), Keep.MEMORY_AND_DISK);
        runTwice(cached, notes);
        assertThat(cacheFiles()).hasSize(1);
        assertThat(kept()).isPositive();
        engine().forget(cached.id());
        assertThat(cacheFiles()).isEmpty();
        assertThat(kept()).isZero();
    }

    @Test
    void onDiskOnlyNothingIsInMemory() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(large(notes), Keep.DISK);
        String expected = runTwice(cached, notes);
        assertThat(cacheFiles()).hasSize(2);
        assertThat(kept()).isZero();
        for (Path file : cacheFiles()) {
            Files.delete(file);
        }
        assertThat(run(cached)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(4);
        engine().forget(cached.id());
        assertThat(cacheFiles()).isEmpty();
    }

    @Test
    void aShuffleBeneathPartitionsThatWereDroppedIsReadAgain() throws Exception {
        Path notes = directory("notes");
        Path mapNotes = directory("maps");
        Dataset noted = plans.python(plans.range(4_000, 2), "('mapPartitionsWithIndex', Note(" + text(mapNotes) + "))");
        Dataset cached = plans.cached(
                plans.python(
                        plans.shuffle(noted, 2),
                        "('mapPartitionsWithIndex', Note(" + text(notes) + ")), ('map', large_record)"),
                Keep.MEMORY);
        String expected = run(cached);
        assertThat(run(cached)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(3);
        assertThat(names(mapNotes)).hasSize(2);
    }
}
