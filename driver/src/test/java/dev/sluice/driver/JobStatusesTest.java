// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobStatusesTest {
    private static final Map<String, String> NAMED =
            Map.of("spark.jobGroup.id", "group", "callSite.short", "count at program.py:7");

    private final JobStatuses statuses = new JobStatuses();

    private void task(int stage, int partition, Event.Outcome outcome) {
        statuses.accept(new Event.TaskStarted(1, stage, partition, 0, 99));
        statuses.accept(new Event.TaskEnded(1, stage, partition, 0, 99, outcome, TaskMetrics.NONE, 0, 0, new byte[0]));
    }

    @Test
    void aJobIsFollowedFromItsStartToItsEnd() {
        statuses.accept(new Event.JobStarted(1, NAMED));
        statuses.accept(new Event.StageStarted(1, 5, 3));
        assertThat(statuses.job(1)).isEqualTo(Map.of("status", "RUNNING", "stages", List.of(5)));
        assertThat(statuses.activeJobs()).containsExactly(1L);
        assertThat(statuses.activeStages()).containsExactly(5);
        task(5, 0, Event.Outcome.SUCCEEDED);
        task(5, 1, Event.Outcome.FAILED);
        statuses.accept(new Event.TaskStarted(1, 5, 2, 0, 98));
        assertThat(statuses.runningTasks()).isEqualTo(1);
        assertThat(statuses.stage(5))
                .containsEntry("name", "count at program.py:7")
                .containsEntry("tasks", 3)
                .containsEntry("active", 1)
                .containsEntry("completed", 1)
                .containsEntry("failed", 1);
        statuses.accept(new Event.JobEnded(1, false));
        assertThat(statuses.job(1)).containsEntry("status", "FAILED");
        assertThat(statuses.stage(5)).containsEntry("active", 0);
        assertThat(statuses.activeJobs()).isEmpty();
        assertThat(statuses.activeStages()).isEmpty();
        assertThat(statuses.runningTasks()).isZero();
    }

    @Test
    void groupsAreKeptApartTheLatestFirst() {
        statuses.accept(new Event.JobStarted(1, NAMED));
        statuses.accept(new Event.JobStarted(2, Map.of()));
        statuses.accept(new Event.JobStarted(3, NAMED));
        assertThat(statuses.ofGroup("group")).containsExactly(3L, 1L);
        assertThat(statuses.ofGroup(null)).containsExactly(2L);
        assertThat(statuses.ofGroup("other")).isEmpty();
    }

    @Test
    void whatIsNotKnownIsNothing() {
        assertThat(statuses.job(7)).isEmpty();
        assertThat(statuses.stage(7)).isEmpty();
        assertThat(statuses.stage(1L << 40)).isEmpty();
    }

    @Test
    void aStageThatStartsAgainIsAnotherAttempt() {
        statuses.accept(new Event.JobStarted(1, NAMED));
        statuses.accept(new Event.StageStarted(1, 5, 2));
        statuses.accept(new Event.StageStartedAgain(1, 5));
        assertThat(statuses.stage(5)).containsEntry("attempt", 1);
    }

    @Test
    void theOldestThatEndedAreForgotten() {
        statuses.accept(new Event.JobStarted(0, NAMED));
        statuses.accept(new Event.StageStarted(0, 0, 1));
        for (int i = 1; i <= 2000; i++) {
            statuses.accept(new Event.JobStarted(i, NAMED));
            statuses.accept(new Event.StageStarted(i, i, 1));
            statuses.accept(new Event.JobEnded(i, true));
        }
        assertThat(statuses.ofGroup("group")).hasSize(1000).contains(0L).doesNotContain(1L);
        assertThat(statuses.stage(0)).as("it runs").isNotEmpty();
        assertThat(statuses.stage(1)).isEmpty();
    }
}
