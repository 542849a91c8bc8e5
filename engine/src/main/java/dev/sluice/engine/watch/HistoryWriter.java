// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.core.json.Json;
import dev.sluice.engine.Event;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens in a program to a {@link HistoryFile}, on a thread of its own. Whoever posts an event never waits:
 * events are posted under locks that all programs of a cluster share. If the file cannot be written any more, or is
 * {@value #HELD} bytes of events behind, that is logged once and the program goes on without it.
 */
public final class HistoryWriter implements Consumer<Event>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);

    /** Events that wait for the file, as {@link HistoryEvents} reckons their memory. */
    static final long HELD = 32L << 20;

    private static final long END_MILLIS = 10_000;
    private static final long FLUSH_MILLIS = 500;

    private final Path file;
    private final BufferedWriter out;
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final AtomicLong held = new AtomicLong();
    private final Thread thread = new Thread(this::write, "sluice-history");
    private volatile boolean broken;

    /** An event and its time; or, without one, the last output, after which the file ends. */
    private record Item(@Nullable Event event, long time, long bytes, List<OutputLine> output) {}

    /**
     * Makes the file, for this user alone.
     *
     * @param directory where; made if it is missing
     * @param info the program
     * @throws IOException if the file cannot be made
     */
    public HistoryWriter(Path directory, ProgramInfo info) throws IOException {
        this(file(directory, info), info, HistoryWriter::open);
    }

    /** Makes one that writes to what is opened for it. */
    HistoryWriter(Path file, ProgramInfo info, Opening opening) throws IOException {
        this.file = file;
        // This writer puts a question mark for half a character; that of the channels would fail at one.
        this.out = new BufferedWriter(new OutputStreamWriter(opening.open(file), StandardCharsets.UTF_8));
        put(HistoryFile.header(info));
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes the file. */
    interface Opening {
        OutputStream open(Path file) throws IOException;
    }

    private static Path file(Path directory, ProgramInfo info) {
        String name = info.name().replaceAll("[^A-Za-z0-9._-]+", "_");
        return directory.resolve((name.isBlank() ? "program" : name.substring(0, Math.min(60, name.length()))) + "-"
                + info.started() + "-" + info.id() + ".jsonl");
    }

    private static OutputStream open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }

    /** {@return the file} */
    public Path file() {
        return file;
    }

    /** Whether the file ends before the program. */
    boolean broken() {
        return broken;
    }

    @Override
    public void accept(Event event) {
        if (broken) {
            return;
        }
        Event kept = HistoryEvents.written(event);
        long bytes = HistoryEvents.bytes(kept);
        if (held.addAndGet(bytes) > HELD) {
            end("it is too slow: bytes-behind=" + HELD);
        } else {
            queue.add(new Item(kept, EventClock.now(), bytes, List.of()));
        }
    }

    /** Gives the file up, once. */
    private synchronized void end(String why) {
        if (!broken) {
            broken = true;
            queue.clear();
            // A thread that waits for its disk ends when that answers.
            queue.add(new Item(null, 0, 0, List.of()));
            LOG.warn("the history of this program ends here: file={}: {}", file, why);
        }
    }

    private void write() {
        try (out) {
            Item item = next();
            while (item.event() != null) {
                put(Json.write(EventJson.write(item.event(), item.time())));
                held.addAndGet(-item.bytes());
                item = next();
            }
            if (!broken) {
                for (OutputLine line : item.output()) {
                    put(HistoryFile.line(line));
                }
                put(HistoryFile.end(EventClock.now()));
            }
        } catch (Throwable e) {
            // Whatever it is, nobody else would hear of it.
            end(e.toString());
        }
    }

    private Item next() throws IOException, InterruptedException {
        Item item = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        while (item == null) {
            out.flush();
            item = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        }
        return item;
    }

    private void put(String line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /**
     * Writes what is left and closes the file; waits for that no longer than ten seconds.
     *
     * @param output what tasks printed last, to be kept with it
     */
    public void finish(List<OutputLine> output) {
        if (broken) {
            return;
        }
        queue.add(new Item(null, 0, 0, output));
        try {
            thread.join(END_MILLIS);
            if (thread.isAlive()) {
                end("it could not be written in time: millis=" + END_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finish(List.of());
    }
}
