// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of a program's history: lines of JSON. The first says what it is and what was fixed about the program:
 *
 * <pre>
 * {"sluice-history": 1, "info": {...}}
 * {"time": nanoseconds since 1970, "event": "JobStarted", ...members of the event}
 * {"time": ..., "output": "what a task printed", "pid": ..., "stage": ..., "partition": ...}
 * {"time": ..., "ended": true}
 * </pre>
 *
 * The last is missing if the program was killed; a line that was cut is left out.
 */
public final class HistoryFile {
    /** The version of the layout. */
    static final int VERSION = 1;

    private static final String MARK = "sluice-history";

    private HistoryFile() {}

    /**
     * A program that was read.
     *
     * @param info what was fixed about it; its end is that of the file
     * @param history what it did
     * @param output what its tasks printed last
     * @param unreadable lines that could not be read
     */
    public record Recorded(ProgramInfo info, JobHistory history, List<OutputLine> output, int unreadable) {}

    static String header(ProgramInfo info) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", info.id());
        described.put("name", info.name());
        described.put("master", info.master());
        described.put("pid", info.pid());
        described.put("started", info.started());
        described.put("settings", info.settings());
        described.put("defaults", info.defaults());
        described.put("environment", info.environment());
        described.put("versions", info.versions());
        return Json.write(Map.of(MARK, VERSION, "info", described));
    }

    static String line(OutputLine line) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("time", line.time());
        described.put("output", line.text());
        described.put("pid", line.pid());
        described.put("stage", line.stage());
        described.put("partition", line.partition());
        return Json.write(described);
    }

    static String end(long time) {
        return Json.write(Map.of("time", time, "ended", true));
    }

    /**
     * Reads a file.
     *
     * @param file what a program wrote, or writes
     * @return the program
     * @throws IOException if it cannot be read, or is no history; says which
     */
    public static Recorded read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("a history is a file, this is a directory: path=" + file);
        }
        // A character may be cut too: this reader puts a mark for what is none.
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            JsonObject header = header(file, lines.readLine());
            Reading reading = new Reading();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reading.take(line);
            }
            return new Recorded(
                    info(header, reading.last / 1_000_000), reading.history, reading.output, reading.unreadable);
        }
    }

    private static JsonObject header(Path file, @org.jspecify.annotations.Nullable String line) throws IOException {
        try {
            JsonObject header = Json.parse((line == null ? "" : line).getBytes(StandardCharsets.UTF_8));
            if (header.number(MARK, 0) == VERSION) {
                return header.object("info");
            }
        } catch (ProtocolException e) {
            throw new IOException("this is no history of a program: file=" + file, e);
        }
        throw new IOException("this is no history of a program that this version can read: file=" + file);
    }

    private static ProgramInfo info(JsonObject json, long ended) {
        return new ProgramInfo(
                json.text("id", "program").replaceAll("[^A-Za-z0-9._-]", "_"),
                json.text("name", ""),
                json.text("master", ""),
                json.number("pid", 0),
                json.number("started", 0),
                Math.max(ended, json.number("started", 0) + 1),
                json.textMap("settings"),
                json.textMap("defaults"),
                json.textMap("environment"),
                json.textMap("versions"),
                false);
    }

    /** What is made of the lines. */
    private static final class Reading {
        private final JobHistory history = new JobHistory();
        private final List<OutputLine> output = new ArrayList<>();
        private long last;
        private int unreadable;

        void take(String line) {
            try {
                JsonObject json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
                long time = json.number("time");
                last = Math.max(last, time);
                if (json.has("event")) {
                    Event event = EventJson.read(json);
                    if (event != null) {
                        history.accept(event, time);
                    }
                } else if (json.has("output")) {
                    output.add(new OutputLine(
                            time,
                            json.number("pid", 0),
                            (int) json.number("stage", 0),
                            (int) json.number("partition", 0),
                            json.text("output")));
                }
            } catch (ProtocolException | IllegalArgumentException e) {
                unreadable++;
            }
        }
    }
}
