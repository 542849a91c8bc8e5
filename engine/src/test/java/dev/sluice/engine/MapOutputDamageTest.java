// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spill.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Files of a shuffle and of a cache, damaged between two jobs: what is lost is computed again, and only that; the answer
 * is never short or wrong. Every bit and length of the files themselves is tried in the module that writes them.
 */
final class MapOutputDamageTest extends EngineFixture {
    private static final int SAMPLE = 40;
    private static final int COUNT = 600;

    @Override
    protected Engine start(Setup setup) throws IOException {
        return WithPool.start(setup, MemoryBudget.of(1), MemoryBudget.of(1));
    }

    /** Something that harms a file. */
    private interface Harm {
        void to(Path file) throws IOException;
    }

    private static Harm cut(long at) {
        return file -> {
            try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
                channel.truncate(at % Files.size(file));
            }
        };
    }

    private static Harm flip(long bit) {
        return file -> {
            byte[] bytes = Files.readAllBytes(file);
            bytes[(int) (bit / 8 % bytes.length)] ^= (byte) (1 << bit % 8);
            Files.write(file, bytes);
        };
    }

    /** A seeded sample of both, the ends included. */
    private static List<Harm> harms() {
        Random random = new Random(20_261);
        List<Harm> harms = new ArrayList<>(List.of(cut(0), cut(1), flip(0), Files::delete));
        for (int i = 0; i < SAMPLE; i++) {
            harms.add(cut(random.nextLong(1 << 20)));
            harms.add(flip(random.nextLong(1 << 20)));
        }
        return harms;
    }

    /** The files of map outputs or of the cache, which are all there is between two jobs. */
    private List<Path> data() throws IOException {
        return left().stream()
                .filter(file -> file.toString().contains("/sluice-spill-"))
                .filter(file -> !file.toString().endsWith(".lock"))
                .sorted()
                .toList();
    }

    private Dataset noted(Path notes) {
        return plans.python(plans.range(COUNT, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + "))");
    }

    @Test
    void aReducerOverADamagedMapOutputHasThatMapTaskRunAgain() throws Exception {
        Path notes = directory("notes");
        Dataset reduced = plans.python(plans.shuffle(noted(notes), 3), "('mapPartitions', total)");
        String expected = run(reduced);
        assertThat(names(notes)).hasSize(2);
        int computed = 2;
        int harmed = 0;
        for (Harm harm : harms()) {
            List<Path> files = data();
            assertThat(files).hasSize(2);
            Path victim = files.get(harmed++ % 2);
            harm.to(victim);
            assertThat(run(reduced)).as("after harm %d", harmed).isEqualTo(expected);
            int now = names(notes).size();
            assertThat(now - computed).as("map tasks that ran again").isBetween(0, 1);
            computed = now;
        }
        // Some bytes are read by no reducer; most are.
        assertThat(computed).isGreaterThan(SAMPLE);
    }

    @Test
    void allMapOutputsDamagedAtOnce() throws Exception {
        Path notes = directory("notes");
        Dataset reduced = plans.python(plans.shuffle(noted(notes), 3), "('mapPartitions', total)");
        String expected = run(reduced);
        for (Path file : data()) {
            cut(Files.size(file) / 2).to(file);
        }
        assertThat(run(reduced)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(4);
    }

    @Test
    void withoutRetriesADamagedMapOutputFailsByName() throws Exception {
        allowLosses(1);
        Dataset reduced = plans.python(plans.shuffle(noted(directory("notes")), 3), "('mapPartitions', total)");
        String expected = run(reduced);
        flip(800).to(data().get(0));
        JobFailure failure = fail(reduced);
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.LOST);
        assertThat(failure.message())
                .startsWith("a task was lost 1 times: map output lost: shuffle=")
                .contains(" map partition=", "file=", "offset=", "expected=", "actual=", " in job=")
                .endsWith("; sluice.task.maxLosses allows fewer than 1");
        // The next job computes what was lost.
        assertThat(run(reduced)).isEqualTo(expected);
    }

    @Test
    void aDamagedCachedPartitionIsComputedAgain() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(noted(notes));
        Dataset reader = plans.python(cached, "('mapPartitions', total)");
        String expected = run(reader);
        int computed = names(notes).size();
        int harmed = 0;
        for (Harm harm : harms()) {
            List<Path> files = data();
            assertThat(files).hasSize(2);
            harm.to(files.get(harmed++ % 2));
            assertThat(run(reader)).as("after harm %d", harmed).isEqualTo(expected);
            int now = names(notes).size();
            assertThat(now - computed).as("partitions that were computed again").isBetween(0, 1);
            computed = now;
        }
        assertThat(computed).isGreaterThan(SAMPLE);
    }
}
