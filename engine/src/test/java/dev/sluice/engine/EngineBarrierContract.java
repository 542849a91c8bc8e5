// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Engine} promises of barrier stages: their tasks run all at once or not at all, wait for each other,
 * and start again all together. An engine that runs one task at a time keeps it with stages of one task.
 */
public abstract class EngineBarrierContract extends EngineDataContract {
    /** How many tasks the engine runs at once. */
    protected abstract int together();

    Dataset barrier(String step) {
        return plans.barrier(plans.range(3 * together(), together()), "('mapPartitionsWithIndex', " + step + ")");
    }

    private String expected() {
        return evaluate("[list(range(3 * p, 3 * p + 3)) for p in range(" + together() + ")]");
    }

    @Test
    void tasksOfABarrierStageMeet() throws Exception {
        String all = "[f'é{p}' for p in range(" + together() + ")]";
        assertThat(run(barrier("gather")))
                .isEqualTo(evaluate("[[(p, sum(range(3 * p, 3 * p + 3)), " + all + ", " + together()
                        + ")] for p in range(" + together() + ")]"));
    }

    @Test
    void aBarrierStageMayWriteAndReadShuffles() throws Exception {
        Dataset written = plans.shuffle(barrier("CallOften(0)"), together());
        Dataset read = plans.barrier(written, "('mapPartitionsWithIndex', CallOften(0)), ('mapPartitions', total)");
        assertThat(run(read))
                .isEqualTo(evaluate("[[sum(range(p, " + 3 * together() + ", " + together() + "))] for p in range("
                        + together() + ")]"));
    }

    @Test
    void moreTasksThanRunAtOnceAreRefused() throws Exception {
        int tasks = together() + 1;
        JobFailure failure = fail(plans.shuffle(plans.barrier(plans.range(9, tasks), "('mapPartitions', keep)"), 1));
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.ENGINE);
        assertThat(failure.message())
                .startsWith("a barrier stage needs all of its tasks to run at once: tasks=" + tasks + " slots="
                        + together())
                .contains("SPARK-24819");
    }

    @Test
    void partsOfABarrierStageAreRefused() throws Exception {
        Dataset one = plans.barrier(plans.range(2, 1), "('mapPartitions', keep)");
        for (Dataset wrong : List.of(
                plans.coalesce(plans.barrier(plans.range(4, 2), "('mapPartitions', keep)"), List.of(List.of(0, 1))),
                plans.coalesce(plans.union(one, one), List.of(List.of(0, 1))),
                plans.zip(one, one, "side_by_side"))) {
            assertThat(fail(wrong).message()).contains("a form that cannot run at once", "SPARK-24820");
        }
    }

    @Test
    void aTaskThatEndsWithoutACallEndsTheWaitOfTheOthers() throws Exception {
        Recorder recorder = submit(barrier("CallOften(" + together() + ")"));
        if (together() == 1) {
            assertThat(show(recorder)).isEqualTo(expected());
        } else {
            assertThat(recorder.failure().message())
                    .contains("BarrierError", "tasks have ended without this call", " of " + together());
        }
        assertThat(run(barrier("gather"))).startsWith("[[(0, ");
    }

    @Test
    void aJobIsCancelledAtABarrier() throws Exception {
        Path started = directory("started");
        Recorder recorder = new Recorder();
        JobHandle job = submit(barrier("Absent(" + text(started) + ", " + (together() - 1) + ")"), recorder);
        Awaitility.await().until(() -> names(started).size() == together());
        job.cancel("no more");
        assertThat(recorder.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        for (String pid : names(started)) {
            Awaitility.await("process " + pid)
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> ProcessHandle.of(Long.parseLong(pid))
                            .filter(ProcessHandle::isAlive)
                            .isEmpty());
        }
        assertThat(run(barrier("gather"))).startsWith("[[(0, ");
    }

    @Test
    void aWorkerLostAtABarrierStartsAllTasksAgain() throws Exception {
        for (String how : List.of("before", "after")) {
            Path attempts = directory(how);
            Dataset dying = barrier("MeetAndDie(0, '" + how + "', " + text(attempts) + ")");
            Recorder recorder = submit(plans.python(dying, "('map', Adder(1))"));
            assertThat(show(recorder)).isEqualTo(expected());
            assertThat(sum(recorder))
                    .as("each task counts once")
                    .isEqualTo(IntStream.range(0, 3 * together()).sum());
            assertThat(names(attempts)).hasSize(2 * together());
        }
    }

    @Test
    void anExceptionAtABarrierStartsAllTasksAgain() throws Exception {
        Dataset raising = barrier("MeetAndDie(0, 'raise', " + text(directory("once")) + ")");
        assertThat(fail(raising).message()).startsWith("a task failed: ValueError: at the barrier");
        allowFailures(2);
        Path attempts = directory("twice");
        assertThat(run(barrier("MeetAndDie(0, 'raise', " + text(attempts) + ")")))
                .isEqualTo(expected());
        assertThat(names(attempts)).hasSize(2 * together());
    }

    @Test
    void aBarrierStageThatWritesAShuffleIsTriedMoreOften() throws Exception {
        Path attempts = directory("attempts");
        Dataset raising = barrier("MeetAndDie(0, 'raise', " + text(attempts) + ")");
        assertThat(run(plans.python(plans.shuffle(raising, 1), "('mapPartitions', total)")))
                .isEqualTo("[[" + IntStream.range(0, 3 * together()).sum() + "]]");
        assertThat(names(attempts)).hasSize(2 * together());
    }

    @Test
    void whatABarrierStageKeepsIsKeptWhole() throws Exception {
        Path attempts = directory("attempts");
        Dataset kept = plans.cached(barrier("MeetAndDie(0, 'after', " + text(attempts) + ")"));
        assertThat(run(kept)).isEqualTo(expected());
        assertThat(run(kept)).isEqualTo(expected());
        assertThat(names(attempts)).as("computed once after the loss").hasSize(2 * together());
    }

    @Test
    void barrierStagesOfManyJobsDoNotLockEachOtherOut() throws Exception {
        List<Recorder> barriers = new ArrayList<>();
        List<Recorder> others = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            barriers.add(submit(barrier("gather")));
            others.add(submit(plans.python(plans.range(40, 40), "('map', double)")));
        }
        for (Recorder recorder : barriers) {
            assertThat(recorder.result()).hasSize(together());
        }
        for (Recorder recorder : others) {
            assertThat(recorder.result()).hasSize(40);
        }
    }
}
