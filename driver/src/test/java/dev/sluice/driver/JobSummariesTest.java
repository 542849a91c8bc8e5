// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobSummariesTest {
    private static final TaskMetrics METRICS = new TaskMetrics(100, 10, 20, 5, 15, 4096, 1024);

    private final JobSummaries summaries = new JobSummaries();

    @Test
    void addsUpAttemptsByStageAndOutcome() {
        summaries.accept(new Event.JobStarted(1, Map.of()));
        summaries.accept(new Event.StageStarted(1, 7, 2));
        summaries.accept(ended(1, 0, 0, 11, Event.Outcome.SUCCEEDED, METRICS));
        summaries.accept(ended(1, 1, 0, 12, Event.Outcome.LOST, TaskMetrics.NONE));
        summaries.accept(ended(1, 1, 1, 11, Event.Outcome.FAILED, METRICS));
        summaries.accept(ended(1, 1, 2, 13, Event.Outcome.SUCCEEDED, METRICS));
        summaries.accept(new Event.StageEnded(1, 7));
        assertThat(summaries.describe(List.of())).as("a job that runs").isEmpty();
        summaries.accept(new Event.JobEnded(1, true));

        Map<String, Object> job = summaries.describe(List.of(1L)).get(0);

        assertThat(job).containsEntry("job", 1L).containsEntry("succeeded", true);
        assertThat(stage(job))
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
        summaries.accept(new Event.JobStarted(1, Map.of()));
        summaries.accept(ended(1, 0, 0, 11, Event.Outcome.SUCCEEDED, METRICS));
        summaries.accept(new Event.StageStarted(1, 7, 9));
        summaries.accept(new Event.JobEnded(1, false));
        summaries.accept(ended(1, 1, 0, 0, Event.Outcome.CANCELLED, TaskMetrics.NONE));

        Map<String, Object> job = summaries.describe(List.of()).get(0);

        assertThat(job).containsEntry("succeeded", false);
        assertThat(stage(job))
                .containsEntry("tasks", 9)
                .containsEntry("succeeded", 1)
                .containsEntry("cancelled", 0)
                .containsEntry("workers", 1);
    }

    @Test
    void remembersTheLastJobsThatEnded() {
        for (long job = 0; job < JobSummaries.REMEMBERED + 3; job++) {
            summaries.accept(new Event.JobStarted(job, Map.of()));
            summaries.accept(new Event.JobEnded(job, true));
        }

        assertThat(summaries.describe(List.of()))
                .hasSize(JobSummaries.REMEMBERED)
                .first()
                .extracting(job -> job.get("job"))
                .isEqualTo(3L);
        assertThat(summaries.describe(List.of(2L))).isEmpty();
        summaries.clear();
        assertThat(summaries.describe(List.of())).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> stage(Map<String, Object> job) {
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
