// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.Totals;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The programs that run, and a line about each of the latest that ended. Thread-safe. */
final class Programs {
    /** Programs that ended and are remembered. */
    static final int ENDED = 50;

    private final Map<String, Program> running = new LinkedHashMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();
    private long changes;

    /**
     * A program that ended.
     *
     * @param info what was fixed about it
     * @param ended in milliseconds since 1970
     * @param totals what it came to
     */
    record Ended(ProgramInfo info, long ended, Totals totals) {}

    synchronized Runnable add(Program program) {
        changes++;
        String id = program.info().id();
        running.put(id, program);
        return () -> remove(id, program);
    }

    private synchronized void remove(String id, Program program) {
        if (running.remove(id, program)) {
            changes++;
            ended.addFirst(new Ended(
                    program.info(),
                    System.currentTimeMillis(),
                    program.history().totals()));
            if (ended.size() > ENDED) {
                ended.removeLast();
            }
        }
    }

    synchronized @Nullable Program get(String id) {
        return running.get(id);
    }

    /** Those that run, the latest first. */
    synchronized List<Program> running() {
        List<Program> all = new ArrayList<>();
        running.values().forEach(program -> all.add(0, program));
        return all;
    }

    /** Those that ended, the latest first. */
    synchronized List<Ended> ended() {
        return List.copyOf(ended);
    }

    synchronized long changes() {
        return changes;
    }
}
