// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.worker.BroadcastFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link EngineContract} about what jobs compute when nothing goes wrong. */
public abstract class EngineDataContract extends EngineFixture {
    @Test
    void resultsComeInTheOrderOfThePartitions() throws Exception {
        Dataset doubled = plans.python(plans.range(10, 3), "('map', double), ('filter', is_even), ('flatMap', pair)");
        Recorder recorder = submit(doubled);
        assertThat(show(recorder))
                .isEqualTo("[[0, 0, 2, 2, 4, 4], [6, 6, 8, 8, 10, 10], [12, 12, 14, 14, 16, 16, 18, 18]]");
        assertThat(recorder.records()).containsExactly(6L, 6L, 8L);
    }

    @Test
    void emptyPartitionsAreResultsToo() throws Exception {
        Recorder recorder = submit(plans.python(plans.range(2, 4), "('map', double)"));
        assertThat(show(recorder)).isEqualTo("[[], [0], [], [2]]");
        assertThat(recorder.records()).containsExactly(0L, 1L, 0L, 1L);
    }

    @Test
    void aJobWithoutPartitionsSucceedsAtOnce() throws Exception {
        Recorder nothing = new Recorder();
        submit(plans.range(4, 2), List.of(), nothing);
        assertThat(nothing.result()).isEmpty();
        assertThat(run(plans.range(0, 0))).isEqualTo("[]");
    }

    @Test
    void partitionsMayBeNamedTwiceAndInAnyOrder() throws Exception {
        Recorder recorder = new Recorder();
        submit(plans.range(6, 3), List.of(2, 0, 2), recorder);
        assertThat(show(recorder)).isEqualTo("[[4, 5], [0, 1], [4, 5]]");
    }

    @Test
    void largeResultsArriveWhole() throws Exception {
        Dataset large = plans.python(plans.range(8_000, 4), "('map', large_record)");
        List<Integer> lengths = new ArrayList<>();
        submit(large).result().forEach(bytes -> lengths.add(bytes.length));
        assertThat(lengths).hasSize(4).allMatch(length -> length > 2_000_000);
    }

    @Test
    void shuffledItemsComeInMapOrder() throws Exception {
        Dataset shuffled = plans.shuffle(plans.range(20, 2), 3);
        assertThat(run(shuffled))
                .isEqualTo("[[0, 3, 6, 9, 12, 15, 18], [1, 4, 7, 10, 13, 16, 19], [2, 5, 8, 11, 14, 17]]");
        assertThat(run(plans.python(shuffled, "('mapPartitions', total)"))).isEqualTo("[[63], [70], [57]]");
    }

    @Test
    void aPartitionThatNobodyWroteToIsEmpty() throws Exception {
        assertThat(run(plans.shuffle(plans.range(2, 2), 4))).isEqualTo("[[0], [1], [], []]");
        assertThat(run(plans.shuffle(plans.range(0, 3), 2))).isEqualTo("[[], []]");
    }

    @Test
    void stagesFollowOneAnother() throws Exception {
        Dataset once = plans.shuffle(plans.range(30, 3), 4);
        Dataset twice = plans.shuffle(plans.python(once, "('map', double)"), 3);
        Dataset thrice = plans.shuffle(plans.python(twice, "('mapPartitions', total)"), 1);
        assertThat(run(twice))
                .isEqualTo("[[0, 24, 48, 18, 42, 12, 36, 6, 30, 54], [16, 40, 10, 34, 58, 4, 28, 52, 22, 46],"
                        + " [8, 32, 56, 2, 26, 50, 20, 44, 14, 38]]");
        assertThat(run(thrice)).isEqualTo("[[270, 310, 290]]");
    }

    @Test
    void largeShufflesKeepEveryItem() throws Exception {
        Dataset shuffled = plans.shuffle(plans.range(200_000, 4), 3);
        Dataset digests = plans.python(shuffled, "('mapPartitions', digest)");
        assertThat(run(digests)).isEqualTo(evaluate("[digest(range(p, 200000, 3)) for p in range(3)]"));
    }

    @Test
    void aShuffleIsComputedOnceAndServesManyReaders() throws Exception {
        Path notes = directory("notes");
        Dataset noted = plans.python(plans.range(8, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + "))");
        Dataset shuffled = plans.shuffle(noted, 2);
        Dataset both = plans.union(shuffled, plans.python(shuffled, "('map', double)"));
        assertThat(run(both)).isEqualTo("[[0, 2, 4, 6], [1, 3, 5, 7], [0, 4, 8, 12], [2, 6, 10, 14]]");
        assertThat(run(shuffled)).isEqualTo("[[0, 2, 4, 6], [1, 3, 5, 7]]");
        assertThat(names(notes)).hasSize(2);
        engine().forget(shuffled.id());
        assertThat(run(shuffled)).isEqualTo("[[0, 2, 4, 6], [1, 3, 5, 7]]");
        assertThat(names(notes)).hasSize(4);
    }

    @Test
    void unionAndCoalesce() throws Exception {
        Dataset union = plans.union(plans.range(4, 2), plans.python(plans.range(3, 1), "('map', double)"));
        assertThat(run(union)).isEqualTo("[[0, 1], [2, 3], [0, 2, 4]]");
        Dataset grouped = plans.coalesce(union, List.of(List.of(2, 0), List.of(), List.of(1)));
        assertThat(run(grouped)).isEqualTo("[[0, 2, 4, 0, 1], [], [2, 3]]");
        assertThat(run(plans.python(grouped, "('mapPartitionsWithIndex', tag)")))
                .isEqualTo("[[(0, 0), (0, 2), (0, 4), (0, 0), (0, 1)], [], [(2, 2), (2, 3)]]");
    }

    @Test
    void zipAndCartesian() throws Exception {
        Dataset left = plans.range(4, 2);
        Dataset right = plans.python(plans.range(4, 2), "('map', double)");
        assertThat(run(plans.zip(left, right, "side_by_side"))).isEqualTo("[[(0, 0), (1, 2)], [(2, 4), (3, 6)]]");
        assertThat(run(plans.cartesian(plans.range(2, 2), plans.range(3, 2), "products")))
                .isEqualTo("[[(0, 0)], [(0, 1), (0, 2)], [(1, 0)], [(1, 1), (1, 2)]]");
    }

    @Test
    void twoShufflesReadSideBySide() throws Exception {
        Dataset left = plans.shuffle(plans.range(60_000, 2), 2);
        Dataset right = plans.shuffle(plans.range(60_000, 3), 2);
        Dataset zipped = plans.zip(left, right, "side_by_side");
        assertThat(run(plans.python(zipped, "('mapPartitions', digest)")))
                .isEqualTo(evaluate("[digest((i, i) for i in range(p, 60000, 2)) for p in range(2)]"));
        assertThat(run(plans.zip(left, right, "first_of_each"))).isEqualTo("[[0, 0], [1, 1]]");
    }

    @Test
    void aFunctionMayStopReadingEarly() throws Exception {
        Dataset shuffled = plans.shuffle(plans.range(400_000, 2), 2);
        Dataset first = plans.python(shuffled, "('mapPartitions', only_first)");
        for (int i = 0; i < 3; i++) {
            assertThat(run(first)).isEqualTo("[[0], [1]]");
        }
    }

    @Test
    void aThreadThatGoesOnReadingNeverSeesTheNextTasksBytes() throws Exception {
        Dataset shuffled = plans.shuffle(plans.range(300_000, 2), 2);
        Dataset late = plans.python(shuffled, "('mapPartitions', read_late)");
        Dataset digests = plans.python(shuffled, "('mapPartitions', digest)");
        String expected = run(digests);
        for (int i = 0; i < 5; i++) {
            assertThat(run(late)).isEqualTo("[[0], [1]]");
            assertThat(run(digests)).isEqualTo(expected);
        }
    }

    @Test
    void cachedPartitionsAreComputedOnce() throws Exception {
        Path notes = directory("notes");
        Dataset noted = plans.python(plans.range(6, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + "))");
        Dataset cached = plans.cached(noted);
        // The first reader wants one item; what is kept is the whole partition all the same.
        assertThat(run(plans.python(cached, "('mapPartitions', only_first)"))).isEqualTo("[[0], [3]]");
        assertThat(run(plans.python(cached, "('map', double)"))).isEqualTo("[[0, 2, 4], [6, 8, 10]]");
        assertThat(run(cached)).isEqualTo("[[0, 1, 2], [3, 4, 5]]");
        assertThat(names(notes)).hasSize(2);
        engine().forget(cached.id());
        assertThat(run(cached)).isEqualTo("[[0, 1, 2], [3, 4, 5]]");
        assertThat(names(notes)).hasSize(4);
    }

    @Test
    void aCachedPartitionSparesTheShuffleBeneathIt() throws Exception {
        Path notes = directory("notes");
        Dataset noted = plans.python(plans.range(6, 2), "('mapPartitionsWithIndex', Note(" + text(notes) + "))");
        Dataset shuffled = plans.shuffle(noted, 2);
        Dataset cached = plans.cached(plans.python(shuffled, "('map', double)"));
        assertThat(run(cached)).isEqualTo("[[0, 4, 8], [2, 6, 10]]");
        engine().forget(shuffled.id());
        assertThat(run(plans.python(cached, "('mapPartitions', total)"))).isEqualTo("[[12], [18]]");
        assertThat(names(notes)).hasSize(2);
    }

    @Test
    void smallAndSharedBroadcasts() throws Exception {
        for (boolean shared : new boolean[] {false, true}) {
            BroadcastFile held = broadcast("{1, 3, 5}", shared);
            Dataset found = plans.python(plans.range(6, 3), "('filter', Lookup(" + held.id() + "))", held);
            assertThat(run(found)).isEqualTo("[[1], [3], [5]]");
            assertThat(run(found)).isEqualTo("[[1], [3], [5]]");
            engine().dropBroadcast(held.id());
        }
        BroadcastFile small = broadcast("{1}", false);
        BroadcastFile large = broadcast("{1, 2}", true);
        String steps = "('filter', Lookup(" + large.id() + ")), ('filter', Lookup(" + small.id() + "))";
        assertThat(run(plans.python(plans.range(4, 2), steps, small, large))).isEqualTo("[[1], []]");
    }

    @Test
    void tasksKnowWhereTheyAre() throws Exception {
        String steps = "('mapPartitions', local_property)";
        assertThat(run(plans.python(plans.range(2, 2), steps)))
                .isEqualTo("[['a value', 0, True], ['a value', 1, True]]");
        assertThat(run(plans.python(plans.range(1, 1), "('mapPartitions', module_path)")))
                .isEqualTo("[[True]]");
    }

    @Test
    void accumulatorsCountOnceAPartition() throws Exception {
        Dataset added = plans.python(plans.range(100, 5), "('map', Adder(7))");
        assertThat(sum(submit(added))).isEqualTo(4950);
        // In a transformation they count in every stage that computes it.
        assertThat(sum(submit(plans.shuffle(added, 2)))).isEqualTo(4950);
    }

    @Test
    void jobsOfSeveralThreadsDoNotMix() throws Exception {
        Dataset shared = plans.shuffle(plans.range(1_000, 4), 3);
        String expected = "[[166833], [166167], [166500]]";
        List<Dataset> targets = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            targets.add(plans.python(
                    i % 2 == 0 ? shared : plans.shuffle(plans.range(1_000, 2), 3), "('mapPartitions', total)"));
        }
        List<Recorder> recorders = new ArrayList<>();
        targets.forEach(target -> recorders.add(new Recorder()));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            int index = i;
            threads.add(new Thread(() -> submit(targets.get(index), recorders.get(index))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (Recorder recorder : recorders) {
            assertThat(show(recorder)).isEqualTo(expected);
        }
    }

    @Test
    void manySmallTasksLeaveNothing() throws IOException, InterruptedException {
        for (int i = 0; i < 5; i++) {
            assertThat(submit(plans.python(plans.range(400, 200), "('map', double)"))
                            .result())
                    .hasSize(200);
        }
        assertThat(left()).noneMatch(path -> path.toString().contains("spool"));
    }
}
