// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spill.MemoryBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many files lost at once, and files under files: each thing that is lost is computed once more, and nothing else. */
final class LostBlocksTest extends EngineFixture {
    private static final int COUNT = 2_000;
    private static final int MAPS = 8;

    @Override
    protected Engine start(Setup setup) throws IOException {
        return WithPool.start(setup, MemoryBudget.of(1), MemoryBudget.of(1));
    }

    /** The files of the shuffle or the cache, those made first first. */
    private List<Path> files() throws IOException {
        return left().stream()
                .filter(file -> file.toString().contains("/sluice-spill-"))
                .filter(file -> !file.toString().endsWith(".lock"))
                .sorted((a, b) -> Integer.compare(number(a), number(b)))
                .toList();
    }

    private static int number(Path file) {
        String name = file.getFileName().toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    /** Changes a byte in the middle, which only reading the block finds. */
    private static void spoil(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private Dataset noted(Dataset input, Path notes) {
        return plans.python(input, "('mapPartitionsWithIndex', Note(" + text(notes) + "))");
    }

    private Dataset totals(Dataset input) {
        return plans.python(input, "('mapPartitions', total)");
    }

    @Test
    void everyMapOutputDeletedAtOnceIsComputedOnceMore() throws Exception {
        Path notes = directory("notes");
        Dataset reduced = totals(plans.shuffle(noted(plans.range(COUNT, MAPS), notes), 2));
        String expected = run(reduced);
        for (Path file : files()) {
            Files.delete(file);
        }
        assertThat(run(reduced)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(2 * MAPS);
    }

    @Test
    void aMapTaskThatRunsAgainUnderTheSameJobAddsNothingMoreToAccumulators() throws Exception {
        Path notes = directory("notes");
        Dataset added = plans.python(noted(plans.range(COUNT, MAPS), notes), "('map', Adder(1))");
        Path marker = directory("once").resolve("lost");
        String lose = "('mapPartitionsWithIndex', LoseOnce(" + text(marker) + ", " + text(temporary) + "))";
        Recorder job = submit(totals(plans.python(plans.shuffle(added, 6), lose)));
        assertThat(sum(job)).isEqualTo(COUNT / 2 * (COUNT - 1));
        assertThat(names(notes)).hasSizeGreaterThan(MAPS);
    }

    @Test
    void everyMapOutputSpoilt() throws Exception {
        Path notes = directory("notes");
        Dataset reduced = totals(plans.shuffle(noted(plans.range(COUNT, MAPS), notes), 1));
        String expected = run(reduced);
        for (Path file : files()) {
            spoil(file);
        }
        assertThat(run(reduced)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(2 * MAPS);
    }

    @Test
    void withoutRetriesLosingThemAllFails() throws Exception {
        allowLosses(1);
        Dataset reduced = totals(plans.shuffle(noted(plans.range(COUNT, MAPS), directory("notes")), 1));
        String expected = run(reduced);
        for (Path file : files()) {
            Files.delete(file);
        }
        JobFailure failure = fail(reduced);
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.LOST);
        assertThat(failure.message())
                .startsWith("a task was lost 1 times: map output lost: shuffle=")
                .contains("NoSuchFileException");
        assertThat(run(reduced)).isEqualTo(expected);
    }

    @Test
    void aMapTaskThatRunsAgainFindsItsOwnInputLost() throws Exception {
        Path first = directory("first");
        Path second = directory("second");
        Path third = directory("third");
        Dataset one = plans.shuffle(noted(plans.range(COUNT, 3), first), 4);
        Dataset two = plans.shuffle(noted(one, second), 3);
        Dataset three = plans.shuffle(noted(two, third), 2);
        String expected = run(totals(three));
        List<Path> made = files();
        assertThat(made).hasSize(3 + 4 + 3);
        // One of the last shuffle, which makes its map task read the second, all of which is gone, as is the first.
        for (Path lost : made.subList(0, 8)) {
            Files.delete(lost);
        }
        assertThat(run(totals(three))).isEqualTo(expected);
        assertThat(names(first)).hasSize(2 * 3);
        assertThat(names(second)).hasSize(2 * 4);
        assertThat(names(third)).hasSize(3 + 1);
    }

    @Test
    void severalJobsAtOnceOverWhatIsLost() throws Exception {
        Path notes = directory("notes");
        Dataset one = plans.shuffle(noted(plans.range(COUNT, MAPS), notes), 4);
        Dataset two = plans.shuffle(one, 2);
        String expected = run(totals(two));
        for (Path file : files()) {
            Files.delete(file);
        }
        List<Recorder> jobs =
                IntStream.range(0, 6).mapToObj(i -> submit(totals(two))).toList();
        for (Recorder job : jobs) {
            assertThat(show(job)).isEqualTo(expected);
        }
        assertThat(names(notes)).hasSize(2 * MAPS);
    }

    @Test
    void everyCachedPartitionOfOneTaskSpoilt() throws Exception {
        Path notes = directory("notes");
        Dataset cached = plans.cached(noted(plans.range(COUNT, MAPS), notes), Keep.DISK);
        List<Integer> all = IntStream.range(0, MAPS).boxed().toList();
        Dataset reader = totals(plans.coalesce(cached, List.of(all)));
        String expected = run(reader);
        for (Path file : files()) {
            spoil(file);
        }
        assertThat(run(reader)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(2 * MAPS);
        for (Path file : files()) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(Files.size(file) - 1);
            }
        }
        assertThat(run(reader)).isEqualTo(expected);
        assertThat(names(notes)).hasSize(3 * MAPS);
    }
}
