// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.Event;
import dev.sluice.engine.watch.HistoryFile;
import dev.sluice.engine.watch.HistoryWriter;
import dev.sluice.engine.watch.JobView;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.worker.TaskMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
    private static final TaskMetrics METRICS = new TaskMetrics(50_000, 5_000, 10_000, 5_000, 10_000, 4096, 1024);

    @TempDir
    Path directory;

    private Path written() throws IOException {
        TestProgram program = new TestProgram("p1", TestProgram.HOSTILE);
        HistoryWriter writer = new HistoryWriter(directory.resolve("histories"), program.info());
        writer.accept(new Event.JobStarted(1, Map.of("callSite.short", TestProgram.HOSTILE)));
        writer.accept(new Event.StageStarted(1, 4, 2, 9));
        writer.accept(new Event.TaskStarted(1, 4, 0, 0, 77));
        writer.accept(new Event.TaskFailure(1, 4, 0, 0, 77, "ValueError", TestProgram.HOSTILE, "Traceback"));
        writer.accept(new Event.TaskEnded(1, 4, 0, 0, 77, Event.Outcome.FAILED, METRICS, 0, 0, new byte[] {1}));
        writer.accept(new Event.JobEnded(1, false, "a task failed"));
        writer.finish(List.of(new OutputLine(5, 77, 4, 0, TestProgram.HOSTILE)));
        assertThat(Files.getPosixFilePermissions(writer.file()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        return writer.file();
    }

    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        HistoryFile.Recorded recorded = HistoryFile.read(written());
        JobView job = recorded.history().jobView(1).orElseThrow();
        assertThat(job.status()).isEqualTo("FAILED");
        assertThat(job.reason()).isEqualTo("a task failed");
        assertThat(job.name()).startsWith("<script>alert('x')");
        assertThat(job.stages().get(0).times().run()).isEqualTo(50_000);
        assertThat(job.stages().get(0).failures().get(0).type()).isEqualTo("ValueError");
        assertThat(recorded.output()).hasSize(1);
        assertThat(recorded.info().killable()).isFalse();
        assertThat(recorded.unreadable()).isZero();
    }

    @Test
    void aFileThatWasCutAnywhereIsReadAsFarAsItGoes() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        int header = 0;
        while (whole[header] != '\n') {
            header++;
        }
        Path cut = directory.resolve("cut.jsonl");
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(cut, java.util.Arrays.copyOf(whole, length));
            if (length < header) {
                assertThatThrownBy(() -> HistoryFile.read(cut))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cut.jsonl");
            } else {
                assertThat(HistoryFile.read(cut).unreadable()).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void whatAKilledProgramWasAtHasNotEnded() throws IOException {
        Path file = written();
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.contains("\"JobEnded\"") && !line.contains("\"ended\""))
                .toList();
        Path killed = directory.resolve("killed.jsonl");
        Files.write(killed, lines);
        RecordedProgram program = new RecordedProgram(HistoryFile.read(killed));
        JobView job = program.history().jobView(1).orElseThrow();
        View view = View.of(program, "");
        assertThat(view.length(job.started(), job.ended()))
                .as("from its start to the last that is known")
                .isLessThanOrEqualTo(Math.max(0, program.info().ended() * 1_000_000 - job.started()));
        String html = JobPages.job(view, job).toString();
        assertThat(html).contains("not ended").doesNotContain("running");
    }

    @Test
    void aReportNeedsNothingElse() throws IOException {
        String html =
                Report.of(new RecordedProgram(HistoryFile.read(written()))).toString();
        assertThat(html)
                .contains("&lt;script&gt;alert(&#39;x&#39;)", "ValueError", "Content-Security-Policy")
                .doesNotContain("<script", "<form", "src=", "http://", " style=");
        Set<String> ids = all(html, " id=\"([^\"]+)\"");
        assertThat(ids).contains("overview", "jobs-1", "stages-4", "workers", "logs");
        assertThat(all(html, "href=\"#([^\"]+)\"")).isSubsetOf(ids);
        assertThat(all(html, "href=\"([^#][^\"]*)\"")).isEmpty();
    }

    @Test
    void ofEarlierJobsTheTableTellsWithoutLinks() throws IOException {
        TestProgram program = new TestProgram("p1", "many");
        HistoryWriter writer = new HistoryWriter(directory, program.info());
        for (int job = 1; job <= Report.JOBS + 20; job++) {
            writer.accept(new Event.JobStarted(job, Map.of()));
            writer.accept(new Event.JobEnded(job, true, ""));
        }
        writer.finish(List.of());
        String html =
                Report.of(new RecordedProgram(HistoryFile.read(writer.file()))).toString();
        assertThat(html).contains("row-job-1\"", "href=\"#jobs-21\"").doesNotContain("#jobs-20\"");
        assertThat(all(html, "href=\"#([^\"]+)\"")).isSubsetOf(all(html, " id=\"([^\"]+)\""));
    }

    private static Set<String> all(String html, String pattern) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(html);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
