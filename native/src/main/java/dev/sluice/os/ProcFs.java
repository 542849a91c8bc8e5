// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Readers of {@code /proc/PID/...}: plain Java, and enough to know a process by pid and start time. */
final class ProcFs {

    /**
     * The fields of {@code /proc/PID/stat} that are used here.
     *
     * @param state one letter: R, S, D, T, Z, X
     * @param parent parent's pid
     * @param group process group
     * @param startTicks start time in clock ticks since boot; with the pid it names one process for ever
     */
    record Stat(char state, long parent, long group, long startTicks) {
        boolean alive() {
            return state != 'Z' && state != 'X';
        }
    }

    private ProcFs() {}

    /** The process's stat, or null where there is no such process (any more). */
    static @Nullable Stat stat(long pid) {
        String text = read(Path.of("/proc/" + pid + "/stat"));
        return text == null ? null : parseStat(text);
    }

    static Stat parseStat(String text) {
        // The name is in parentheses and may hold spaces and parentheses of its own: count from the last one.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return new Stat(
                fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[19]));
    }

    /** Lines of the form {@code Name:   12 kB} as bytes. Other lines are left out. Null where there is no such file. */
    static @Nullable Map<String, Long> kilobytes(Path file) {
        String text = read(file);
        if (text == null) {
            return null;
        }
        Map<String, Long> sizes = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.endsWith(" kB")) {
                String number = line.substring(colon + 1, line.length() - 3).strip();
                sizes.put(line.substring(0, colon), Long.parseLong(number) * 1024);
            }
        }
        return sizes;
    }

    /** The whole file; null where it is not there, is not ours to read, or its process ended meanwhile (ESRCH). */
    static @Nullable String read(Path file) {
        try {
            // Names of processes are arbitrary bytes, so a strict decoder must not see them.
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }
}
