// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Dataset;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineFixture;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobFailure;
import dev.sluice.engine.Keep;
import dev.sluice.engine.Recorder;
import dev.sluice.spill.CountedBudget;
import dev.sluice.worker.BroadcastFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What befalls executors: two of one slot each. */
class ExecutorHostTest extends EngineFixture {
    @SuppressWarnings("NullAway.Init")
    private ExecutorFixtures started;

    @Override
    protected Engine start(Setup setup) throws IOException {
        started = ExecutorFixtures.start(setup, Map.of("sluice.memory", "1g", "sluice.cluster.silence", "3s"));
        return started;
    }

    @Test
    void aStageIsNeverTakenForOneOfTheContextBefore() throws Exception {
        assertThat(run(plans.python(plans.range(4, 2), "('map', double)"))).isEqualTo("[[0, 2], [4, 6]]");
        started.anotherContext();
        assertThat(run(plans.python(plans.range(4, 2), "('map', pair)")))
                .isEqualTo("[[[0, 0], [1, 1]], [[2, 2], [3, 3]]]");
    }

    @Test
    void anExecutorThatReadsNothingHoldsUpNobodyAndIsReplaced() throws Exception {
        ExecutorLink stopped = started.host().fleet().links().get(0);
        signal(stopped.process().pid(), "STOP");
        // More than its socket takes.
        started.clear(LongStream.range(0, 200_000).boxed().toList());
        assertThat(run(plans.python(plans.range(4, 4), "('map', double)"))).isEqualTo("[[0], [2], [4], [6]]");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(started.host().fleet().links()).hasSize(2).doesNotContain(stopped));
    }

    @Test
    void aTaskThatEndsItsExecutorEachTimeFailsItsJob() throws Exception {
        JobFailure failure = fail(plans.python(plans.range(4, 2), "('mapPartitionsWithIndex', EndExecutor(1))"));
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.LOST);
        assertThat(failure.message())
                .startsWith("the executor of a task was lost 3 times: executor lost: number=")
                .contains("killed by signal 9", " partition=1 attempt=", "sluice.task.maxLosses allows fewer than 3");
        assertThat(run(plans.python(plans.range(4, 2), "('map', double)"))).isEqualTo("[[0, 2], [4, 6]]");
    }

    @Test
    void aBroadcastThatIsSlowToLoadHoldsUpNoOrders() throws Exception {
        Path begun = files.resolve("begun");
        Path go = files.resolve("go");
        BroadcastFile slow = broadcast("SlowToLoad(" + text(begun) + ", " + text(go) + ")", true);
        Recorder recorder = submit(plans.python(plans.range(4, 1), "('filter', Lookup(" + slow.id() + "))", slow));
        Awaitility.await().until(() -> Files.exists(begun));
        started.dropBroadcast(broadcast("{2}", true).id());
        for (ExecutorLink link : started.host().fleet().links()) {
            // The load goes on until the file is there, or for longer than this.
            assertThat(link.ask(0, "versions").get(20, TimeUnit.SECONDS).has("python"))
                    .isTrue();
        }
        Files.createFile(go);
        assertThat(show(recorder)).isEqualTo("[[1]]");
    }

    @Test
    void resultsOfAllProgramsThatNobodyReadsShareOneBudget() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        Dataset large = plans.python(plans.range(4_000, 4), "('map', large_record)");
        Job job = new Job(0, large, List.of(0, 1, 2, 3), path(), Map.of());
        Recorder one = new Paused(reads);
        Recorder other = new Paused(reads);
        submit(large, one);
        try (Engine beside = started.anotherProgram()) {
            beside.submit(job, other);
            // Each job has 4 MB.
            CountedBudget budget = started.host().results();
            Awaitility.await().until(() -> budget.used() > 6_000_000);
            reads.countDown();
            assertThat(one.result()).hasSize(4);
            assertThat(other.result()).hasSize(4);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void theContextsOfAProgramSpillIntoOneDirectoryOfAnExecutor() throws Exception {
        for (int context = 0; context < 3; context++) {
            started.anotherContext();
            Dataset kept = plans.cached(plans.python(plans.range(4, 4), "('map', double)"), Keep.DISK);
            assertThat(run(kept)).isEqualTo("[[0], [2], [4], [6]]");
            started.forget(kept.id());
        }
        for (ExecutorLink link : started.host().fleet().links()) {
            Path program = link.process().config().directory().resolve("program0");
            assertThat(names(program).stream()
                            .filter(name -> name.startsWith("sluice-spill-"))
                            .filter(name -> Files.isDirectory(program.resolve(name))))
                    .hasSizeLessThan(2);
        }
    }

    /** Reads nothing at first. */
    private static final class Paused extends Recorder {
        private final CountDownLatch reads;

        Paused(CountDownLatch reads) {
            this.reads = reads;
        }

        @Override
        public void data(int index, ByteBuffer piece) throws IOException {
            try {
                reads.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            super.data(index, piece);
        }
    }

    private static void signal(long pid, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }
}
