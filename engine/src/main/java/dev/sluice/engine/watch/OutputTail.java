// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What tasks printed last, up to {@value #BYTES} bytes. Thread-safe; adding is as cheap as noting a reference. */
public final class OutputTail {
    /** What is kept, in bytes. */
    public static final int BYTES = 1 << 20;

    /** What one piece costs besides its bytes. */
    private static final int OVERHEAD = 64;

    private final Deque<Piece> pieces = new ArrayDeque<>();
    private int held;
    private volatile long changes;

    /** Makes an empty one. */
    public OutputTail() {}

    /**
     * Adds a piece.
     *
     * @param pid the worker
     * @param stage the stage of its task
     * @param partition the partition of its task
     * @param bytes what was printed; kept as it is, not copied
     * @param offset where it begins in {@code bytes}
     */
    public synchronized void add(long pid, int stage, int partition, byte[] bytes, int offset) {
        changes++;
        pieces.addLast(new Piece(EventClock.now(), pid, stage, partition, bytes, offset));
        held += bytes.length + OVERHEAD;
        while (held > BYTES && pieces.size() > 1) {
            held -= pieces.removeFirst().bytes.length + OVERHEAD;
        }
    }

    /**
     * Returns lines.
     *
     * @param filter which
     * @return those that are kept, the oldest first; what came in pieces is put together
     */
    public List<OutputLine> lines(OutputFilter filter) {
        List<Piece> now;
        synchronized (this) {
            now = List.copyOf(pieces);
        }
        List<OutputLine> lines = new ArrayList<>();
        for (Piece piece : now) {
            String text =
                    new String(piece.bytes, piece.offset, piece.bytes.length - piece.offset, StandardCharsets.UTF_8);
            for (String line : text.split("(?<=\n)", -1)) {
                OutputLine made = new OutputLine(piece.time, piece.pid, piece.stage, piece.partition, line);
                if (!line.isEmpty() && filter.takes(made)) {
                    append(lines, made);
                }
            }
        }
        return lines.stream()
                .map(line -> new OutputLine(
                        line.time(),
                        line.pid(),
                        line.stage(),
                        line.partition(),
                        line.text().stripTrailing()))
                .toList();
    }

    /** Adds a line, or the rest of the one before it. */
    private static void append(List<OutputLine> lines, OutputLine more) {
        OutputLine last = lines.isEmpty() ? null : lines.get(lines.size() - 1);
        if (last != null
                && last.pid() == more.pid()
                && last.stage() == more.stage()
                && last.partition() == more.partition()
                && !last.text().endsWith("\n")) {
            lines.set(
                    lines.size() - 1,
                    new OutputLine(last.time(), last.pid(), last.stage(), last.partition(), last.text() + more.text()));
        } else {
            lines.add(more);
        }
    }

    /** {@return a number that is another once anything was added} */
    public long changes() {
        return changes;
    }

    /** Forgets what was printed. */
    public synchronized void clear() {
        pieces.clear();
        held = 0;
    }

    private record Piece(long time, long pid, int stage, int partition, byte[] bytes, int offset) {}
}
