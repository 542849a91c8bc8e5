// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlightEventsTest {
    private static final TaskMetrics METRICS = new TaskMetrics(100, 10, 20, 5, 15, 4096, 1024);

    @TempDir
    Path directory;

    @Test
    void aRecordingThatIsBegunLateHoldsWhatComesAfter() throws IOException {
        FlightEvents events = new FlightEvents();
        events.accept(new Event.StageStarted(1, 5, 3, 0));
        List<RecordedEvent> recorded;
        try (Recording recording = new Recording()) {
            recording.start();
            events.accept(new Event.StageEnded(1, 5));
            events.accept(new Event.JobStarted(2, Map.of()));
            events.accept(new Event.StageStarted(1, 6, 2, 0));
            events.accept(new Event.TaskStarted(1, 6, 1, 0, 99));
            Instant began = Instant.now();
            await().until(() -> Instant.now().isAfter(began.plusMillis(1)));
            events.accept(new Event.TaskEnded(1, 6, 1, 0, 99, Event.Outcome.SUCCEEDED, METRICS, 77, 3, new byte[0]));
            events.accept(new Event.BroadcastAdded(4, 1000, true));
            events.accept(new Event.StageEnded(1, 6));
            events.accept(new Event.JobEnded(2, false, "why"));
            recording.stop();
            Path file = directory.resolve("run.jfr");
            recording.dump(file);
            recorded = RecordingFile.readAllEvents(file);
        }
        List<RecordedEvent> ours = recorded.stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.sluice."))
                .toList();
        assertThat(ours)
                .extracting(event -> event.getEventType().getName())
                .containsExactlyInAnyOrder(
                        "dev.sluice.Job",
                        "dev.sluice.Stage",
                        "dev.sluice.Task",
                        "dev.sluice.Spill",
                        "dev.sluice.Broadcast");
        RecordedEvent task = one(ours, "dev.sluice.Task");
        assertThat(task.getLong("pid")).isEqualTo(99);
        assertThat(task.getInt("partition")).isEqualTo(1);
        assertThat(task.getLong("bytes")).isEqualTo(77);
        assertThat(task.getString("outcome")).isEqualTo("SUCCEEDED");
        assertThat(task.getDuration("run").toNanos()).isEqualTo(METRICS.runNanos());
        assertThat(task.getDuration()).as("it lasted").isPositive();
        RecordedEvent stage = one(ours, "dev.sluice.Stage");
        assertThat(stage.getInt("stage")).isEqualTo(6);
        assertThat(stage.getInt("tasks")).isEqualTo(2);
        assertThat(stage.getStartTime()).isBeforeOrEqualTo(task.getStartTime());
        assertThat(stage.getEndTime()).isAfterOrEqualTo(task.getEndTime());
        assertThat(one(ours, "dev.sluice.Job").getBoolean("succeeded")).isFalse();
        assertThat(one(ours, "dev.sluice.Spill").getLong("bytes")).isEqualTo(METRICS.diskBytesSpilled());
        assertThat(one(ours, "dev.sluice.Broadcast").getBoolean("shared")).isTrue();
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
