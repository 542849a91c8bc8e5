// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.Json;
import dev.sluice.engine.watch.HistoryFile;
import dev.sluice.engine.watch.WebUi;
import dev.sluice.engine.watch.WebUiOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Shows a program that has ended: {@code serve FILE PORT} serves its pages until standard input ends, {@code report FILE
 * HTML} writes them as one file. It answers with one line of JSON on standard output.
 */
public final class HistoryMain {
    private HistoryMain() {}

    /**
     * Runs it.
     *
     * @param arguments what to do, the history, and a port or the file to write
     */
    public static void main(String[] arguments) {
        try {
            run(arguments[0], Path.of(arguments[1]), arguments[2]);
        } catch (FileSystemException e) {
            answer(Map.of("error", what(e)));
            System.exit(1);
        } catch (IOException | SluiceException e) {
            answer(Map.of("error", String.valueOf(e.getMessage())));
            System.exit(1);
        }
    }

    /** The messages of these exceptions are paths, and no more where the kind says it all. */
    private static String what(FileSystemException failure) {
        String kind = failure instanceof NoSuchFileException
                ? "there is no such file or directory"
                : failure instanceof AccessDeniedException ? "access was denied" : "it failed";
        String reason = failure.getReason() == null ? "" : ": " + failure.getReason();
        return kind + ": path=" + failure.getFile() + reason;
    }

    private static void run(String what, Path file, String to) throws IOException {
        HistoryFile.Recorded recorded = HistoryFile.read(file);
        RecordedProgram program = new RecordedProgram(recorded);
        if (what.equals("report")) {
            write(Path.of(to), Report.of(program).toString());
            answer(Map.of("written", to, "unreadable", recorded.unreadable()));
            return;
        }
        try (WebUi ui = new PagesServer(new WebUiOptions(Integer.parseInt(to), ""))) {
            ui.add(program);
            answer(Map.of("url", ui.url(recorded.info().id()), "unreadable", recorded.unreadable()));
            while (System.in.read() >= 0) {
                // Nothing is said here: its end is what counts.
            }
        }
    }

    /** All of it or nothing: what was there before stays until the new one is whole. */
    private static void write(Path path, String text) throws IOException {
        Path target = path.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new IOException(
                    "the report cannot take the place of a directory: path=" + path + "; name a file in it");
        }
        Path unfinished = Files.createTempFile(target.getParent(), ".report", ".html");
        try {
            Files.writeString(unfinished, text, StandardCharsets.UTF_8);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void answer(Map<String, Object> answer) {
        System.out.println(Json.write(answer));
        System.out.flush();
    }
}
