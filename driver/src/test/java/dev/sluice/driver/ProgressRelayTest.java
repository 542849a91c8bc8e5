// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressRelayTest {
    private final ProgressRelay.Stages stages = new ProgressRelay.Stages();

    @Test
    void countsWhatRunsAndWhatIsDone() {
        stages.accept(new Event.JobStarted(1, Map.of()));
        stages.accept(new Event.StageStarted(1, 7, 3, 0));
        stages.accept(started(0));
        stages.accept(started(1));
        stages.accept(ended(0, Event.Outcome.SUCCEEDED));
        stages.accept(ended(1, Event.Outcome.LOST));
        stages.accept(new Event.TaskStarted(1, 7, 1, 1, 4711));

        assertThat(stages.running())
                .containsExactly(Map.of("job", 1L, "stage", 7, "tasks", 3, "done", 1, "running", 1, "retries", 1));
    }

    @Test
    void aTaskMayBeHeardOfBeforeItsStage() {
        stages.accept(started(0));
        stages.accept(ended(0, Event.Outcome.SUCCEEDED));
        assertThat(stages.running()).isEmpty();

        stages.accept(new Event.StageStarted(1, 7, 2, 0));

        assertThat(stages.running())
                .singleElement()
                .extracting(stage -> stage.get("done"))
                .isEqualTo(1);
    }

    @Test
    void aStageWithoutTasksLeftIsNotShown() {
        stages.accept(new Event.StageStarted(1, 7, 1, 0));
        stages.accept(started(0));
        stages.accept(ended(0, Event.Outcome.SUCCEEDED));

        assertThat(stages.running()).isEmpty();
    }

    @Test
    void nothingOfAJobIsShownAfterItsEnd() {
        stages.accept(new Event.StageStarted(1, 7, 9, 0));
        stages.accept(new Event.JobEnded(1, false, ""));
        stages.accept(ended(0, Event.Outcome.FAILED));
        stages.accept(new Event.StageStarted(1, 7, 9, 0));

        assertThat(stages.running()).isEmpty();
    }

    private static Event started(int partition) {
        return new Event.TaskStarted(1, 7, partition, 0, 4711);
    }

    private static Event ended(int partition, Event.Outcome outcome) {
        return new Event.TaskEnded(1, 7, partition, 0, 4711, outcome, TaskMetrics.NONE, 0, 0, new byte[0]);
    }
}
