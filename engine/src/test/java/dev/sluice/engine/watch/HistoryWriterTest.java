// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class HistoryWriterTest {
    private static final ProgramInfo INFO =
            new ProgramInfo("p1", "p", "local", 1, 1, 0, Map.of(), Map.of(), Map.of(), Map.of(), false);

    @TempDir
    Path directory;

    private static Event.TaskEnded ended(byte[] accumulators) {
        return new Event.TaskEnded(1, 1, 0, 0, 7, Event.Outcome.SUCCEEDED, TaskMetrics.NONE, 0, 0, accumulators);
    }

    /** A file in a directory that does not answer. */
    private static final class Hung extends OutputStream {
        final CountDownLatch answers = new CountDownLatch(1);
        volatile boolean closed;

        @Override
        public void write(int b) throws IOException {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    @Timeout(60)
    void aFileThatHangsHoldsNobodyUp() throws IOException {
        Hung hung = new Hung();
        HistoryWriter writer = new HistoryWriter(directory.resolve("hung.jsonl"), INFO, file -> hung);
        long most = HistoryWriter.HELD / HistoryEvents.bytes(ended(new byte[0]));
        for (long i = 0; i <= most + 1000; i++) {
            writer.accept(ended(new byte[0]));
        }
        assertThat(writer.broken()).isTrue();
        writer.finish(List.of());
        hung.answers.countDown();
        await().until(() -> hung.closed);
    }

    @Test
    void aFileThatCannotBeWrittenIsGivenUp() throws IOException {
        HistoryWriter writer = new HistoryWriter(directory.resolve("bad.jsonl"), INFO, file -> new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("no such disk");
            }
        });
        writer.accept(ended(new byte[0]));
        await().until(writer::broken);
        writer.finish(List.of());
    }

    @Test
    void whatWaitsIsSmall() {
        Event kept = HistoryEvents.written(ended(new byte[1 << 20]));
        assertThat(((Event.TaskEnded) kept).accumulators()).isEmpty();
        Event failure = HistoryEvents.written(
                new Event.TaskFailure(1, 1, 0, 0, 7, "E", "m".repeat(1 << 20), "t".repeat(1 << 20)));
        assertThat(HistoryEvents.bytes(failure)).isLessThan(1 << 16);
        assertThat(HistoryEvents.bytes(HistoryEvents.written(
                        new Event.JobStarted(1, Map.of("spark.job.description", "d".repeat(1 << 20))))))
                .isLessThan(1 << 16);
    }

    @Test
    void theLastLineIsTheEnd() throws IOException {
        HistoryWriter writer = new HistoryWriter(directory, INFO);
        writer.accept(new Event.JobStarted(1, Map.of()));
        writer.finish(List.of(new OutputLine(1, 2, 3, 4, "printed")));
        assertThat(Files.readAllLines(writer.file()))
                .hasSize(4)
                .last()
                .asString()
                .contains("\"ended\":true");
    }
}
