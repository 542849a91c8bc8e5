// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JobHistoryTest {
    private static final Map<String, String> NAMED =
            Map.of("spark.jobGroup.id", "group", "callSite.short", "count at program.py:7");

    private static final TaskMetrics METRICS = new TaskMetrics(100, 10, 20, 5, 15, 4096, 1024);

    private final JobHistory history = new JobHistory();

    private void task(int stage, int partition, Event.Outcome outcome) {
        history.accept(new Event.TaskStarted(1, stage, partition, 0, 99));
        history.accept(new Event.TaskEnded(1, stage, partition, 0, 99, outcome, TaskMetrics.NONE, 0, 0, new byte[0]));
    }

    @Test
    void aJobIsFollowedFromItsStartToItsEnd() {
        history.accept(new Event.JobStarted(1, NAMED));
        history.accept(new Event.StageStarted(1, 5, 3, 0));
        assertThat(history.job(1)).isEqualTo(Map.of("status", "RUNNING", "stages", List.of(5)));
        assertThat(history.activeJobs()).containsExactly(1L);
        assertThat(history.activeStages()).containsExactly(5);
        task(5, 0, Event.Outcome.SUCCEEDED);
        task(5, 1, Event.Outcome.FAILED);
        history.accept(new Event.TaskStarted(1, 5, 2, 0, 98));
        assertThat(history.runningTasks()).isEqualTo(1);
        assertThat(history.stage(5))
                .containsEntry("name", "count at program.py:7")
                .containsEntry("tasks", 3)
                .containsEntry("active", 1)
                .containsEntry("completed", 1)
                .containsEntry("failed", 1);
        history.accept(new Event.JobEnded(1, false, ""));
        assertThat(history.job(1)).containsEntry("status", "FAILED");
        assertThat(history.stage(5)).containsEntry("active", 0);
        assertThat(history.activeJobs()).isEmpty();
        assertThat(history.activeStages()).isEmpty();
        assertThat(history.runningTasks()).isZero();
    }

    @Test
    void groupsAreKeptApartTheLatestFirst() {
        history.accept(new Event.JobStarted(1, NAMED));
        history.accept(new Event.JobStarted(2, Map.of()));
        history.accept(new Event.JobStarted(3, NAMED));
        assertThat(history.ofGroup("group")).containsExactly(3L, 1L);
        assertThat(history.ofGroup(null)).containsExactly(2L);
        assertThat(history.ofGroup("other")).isEmpty();
    }

    @Test
    void whatIsNotKnownIsNothing() {
        assertThat(history.job(7)).isEmpty();
        assertThat(history.stage(7)).isEmpty();
        assertThat(history.stage(1L << 40)).isEmpty();
    }

    @Test
    void aStageThatStartsAgainIsAnotherAttempt() {
        history.accept(new Event.JobStarted(1, NAMED));
        history.accept(new Event.StageStarted(1, 5, 2, 0));
        history.accept(new Event.StageStartedAgain(1, 5));
        assertThat(history.stage(5)).containsEntry("attempt", 1);
    }

    @Test
    void theOldestThatEndedAreForgotten() {
        history.accept(new Event.JobStarted(0, NAMED));
        history.accept(new Event.StageStarted(0, 0, 1, 0));
        for (int i = 1; i <= 2000; i++) {
            history.accept(new Event.JobStarted(i, NAMED));
            history.accept(new Event.StageStarted(i, i, 1, 0));
            history.accept(new Event.JobEnded(i, true, ""));
        }
        assertThat(history.ofGroup("group")).hasSize(1000).contains(0L).doesNotContain(1L);
        assertThat(history.stage(0)).as("it runs").isNotEmpty();
        assertThat(history.stage(1)).isEmpty();
    }

    /** Whatever a program does, this is what its records may take. */
    @Test
    void recordsOfForgottenStagesAreFreed() {
        String text = "x".repeat(9_000);
        for (int i = 0; i < 1200; i++) {
            history.accept(new Event.JobStarted(
                    i,
                    Map.of("spark.job.description", text + i, "spark.jobGroup.id", text, "spark.job.tags", text + i)));
            for (int attempt = 0; attempt < StageRecord.FAILURES; attempt++) {
                history.accept(new Event.TaskFailure(i, i, 0, attempt, 9, "E", text + attempt, text + attempt));
                history.accept(
                        new Event.TaskEnded(i, i, 0, attempt, 9, Event.Outcome.FAILED, METRICS, 0, 0, new byte[0]));
            }
            history.accept(new Event.JobEnded(i, false, text + i));
        }
        assertThat(history.ofGroup(text)).hasSize(JobHistory.REMEMBERED);
        int kept = 0;
        for (int i = 0; i < 1200; i++) {
            kept += history.stageView(i).map(stage -> stage.failures().size()).orElse(0);
        }
        assertThat(kept).isEqualTo(JobHistory.FAILURES);
        assertThat(history.stageView(1199).orElseThrow().failures()).hasSize(StageRecord.FAILURES);
        assertThat(reachable(StageRecord.class)).isEqualTo(JobHistory.REMEMBERED);
        assertThat(reachable(Failure.class)).isLessThan(2 * JobHistory.FAILURES);
        assertThat(history.jobView(1199).orElseThrow().description()).hasSizeLessThan(10_000);
    }

    /** How many objects of a class the history holds, by way of this package's fields and the JDK's collections. */
    private int reachable(Class<?> wanted) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>(List.of(history));
        while (!left.isEmpty()) {
            Object next = left.removeLast();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Collection<?> items) {
                items.stream().filter(Objects::nonNull).forEach(left::add);
            } else if (next instanceof Map<?, ?> map) {
                left.addAll(map.values());
            } else if (next.getClass().getPackage() == JobHistory.class.getPackage()) {
                for (Field field : next.getClass().getDeclaredFields()) {
                    try {
                        field.setAccessible(true);
                        Object value = field.get(next);
                        if (value != null) {
                            left.add(value);
                        }
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        }
        return (int) seen.stream().filter(wanted::isInstance).count();
    }

    @Test
    void aWorkerForEachTaskIsCountedWithoutBeingKept() {
        history.accept(new Event.JobStarted(1, NAMED));
        for (int i = 0; i < 5000; i++) {
            history.accept(ended(1, i, 0, 100 + i, Event.Outcome.SUCCEEDED, METRICS));
        }
        assertThat(history.stageView(7).orElseThrow().workers()).isEqualTo(5000);
    }

    @Test
    void addsUpAttemptsByStageAndOutcome() {
        history.accept(new Event.JobStarted(1, NAMED));
        history.accept(new Event.StageStarted(1, 7, 2, 0));
        history.accept(ended(1, 0, 0, 11, Event.Outcome.SUCCEEDED, METRICS));
        history.accept(ended(1, 1, 0, 12, Event.Outcome.LOST, TaskMetrics.NONE));
        history.accept(ended(1, 1, 1, 11, Event.Outcome.FAILED, METRICS));
        history.accept(ended(1, 1, 2, 13, Event.Outcome.SUCCEEDED, METRICS));
        history.accept(new Event.StageEnded(1, 7));
        assertThat(history.summaries(List.of())).as("a job that runs").isEmpty();
        history.accept(new Event.JobEnded(1, true, ""));

        Map<String, Object> job = history.summaries(List.of(1L)).get(0);

        assertThat(job).containsEntry("job", 1L).containsEntry("succeeded", true);
        assertThat(stageOf(job))
                .containsEntry("stage", 7)
                .containsEntry("tasks", 2)
                .containsEntry("retries", 2)
                .containsEntry("succeeded", 2)
                .containsEntry("failed", 1)
                .containsEntry("lost", 1)
                .containsEntry("cancelled", 0)
                .containsEntry("workers", 3)
                .containsEntry("runNanos", 300L)
                .containsEntry("waitingNanos", 30L)
                .containsEntry("unpicklingNanos", 60L)
                .containsEntry("picklingNanos", 15L)
                .containsEntry("spillingNanos", 45L)
                .containsEntry("userNanos", 150L)
                .containsEntry("memoryBytesSpilled", 3 * 4096L)
                .containsEntry("diskBytesSpilled", 3 * 1024L)
                .containsEntry("bytes", 150L)
                .containsEntry("records", 15L);
    }

    @Test
    void aTaskMayBeHeardOfBeforeItsStageButNotAfterItsJob() {
        history.accept(new Event.JobStarted(1, NAMED));
        history.accept(ended(1, 0, 0, 11, Event.Outcome.SUCCEEDED, METRICS));
        history.accept(new Event.StageStarted(1, 7, 9, 0));
        history.accept(new Event.JobEnded(1, false, ""));
        history.accept(ended(1, 1, 0, 0, Event.Outcome.CANCELLED, TaskMetrics.NONE));

        Map<String, Object> job = history.summaries(List.of()).get(0);

        assertThat(job).containsEntry("succeeded", false);
        assertThat(stageOf(job))
                .containsEntry("tasks", 9)
                .containsEntry("succeeded", 1)
                .containsEntry("cancelled", 0)
                .containsEntry("workers", 1);
    }

    @Test
    void remembersTheLastJobsThatEnded() {
        for (long job = 0; job < JobHistory.SUMMED_UP + 3; job++) {
            history.accept(new Event.JobStarted(job, Map.of()));
            history.accept(new Event.JobEnded(job, true, ""));
        }

        assertThat(history.summaries(List.of()))
                .hasSize(JobHistory.SUMMED_UP)
                .first()
                .extracting(job -> job.get("job"))
                .isEqualTo(3L);
        assertThat(history.summaries(List.of(2L))).isEmpty();
        history.clear();
        assertThat(history.summaries(List.of())).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> stageOf(Map<String, Object> job) {
        List<Map<String, Object>> stages = (List<Map<String, Object>>) Objects.requireNonNull(job.get("stages"));
        assertThat(stages).hasSize(1);
        return stages.get(0);
    }

    private static Event ended(
            long job, int partition, int attempt, long pid, Event.Outcome outcome, TaskMetrics metrics) {
        boolean well = outcome == Event.Outcome.SUCCEEDED;
        return new Event.TaskEnded(
                job,
                7,
                partition,
                attempt,
                pid,
                outcome,
                metrics,
                well ? 75 : 0,
                well ? 7 + partition : 0,
                new byte[0]);
    }
}
