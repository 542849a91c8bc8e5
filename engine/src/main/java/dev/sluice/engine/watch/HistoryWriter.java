// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.core.json.Json;
import dev.sluice.engine.Event;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens in a program to a {@link HistoryFile}, on a thread of its own. Whoever posts an event waits only
 * while the file is {@value #QUEUED} events behind. If the file cannot be written any more, that is logged once and the
 * program goes on.
 */
public final class HistoryWriter implements Consumer<Event>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryWriter.class);
    static final int QUEUED = 16_384;
    private static final long END_MILLIS = 10_000;
    private static final long FLUSH_MILLIS = 500;

    private final Path file;
    private final BufferedWriter out;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(QUEUED);
    private final Thread thread = new Thread(this::write, "sluice-history");
    private volatile boolean broken;

    /** An event and its time; no event says that this was the last. */
    private record Item(@org.jspecify.annotations.Nullable Event event, long time) {}

    /**
     * Makes the file, for this user alone.
     *
     * @param directory where; made if it is missing
     * @param info the program
     * @throws IOException if the file cannot be made
     */
    public HistoryWriter(Path directory, ProgramInfo info) throws IOException {
        Files.createDirectories(directory);
        String name = info.name().replaceAll("[^A-Za-z0-9._-]+", "_");
        this.file = directory.resolve((name.isBlank() ? "program" : name.substring(0, Math.min(60, name.length())))
                + "-" + info.started() + "-" + info.id() + ".jsonl");
        SeekableByteChannel channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // This writer puts a question mark for half a character; that of the channels would fail at one.
        this.out =
                new BufferedWriter(new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
        put(HistoryFile.header(info));
        thread.setDaemon(true);
        thread.start();
    }

    /** {@return the file} */
    public Path file() {
        return file;
    }

    @Override
    public void accept(Event event) {
        if (!broken) {
            add(new Item(event, EventClock.now()));
        }
    }

    private void add(Item item) {
        try {
            while (!broken && !queue.offer(item, 1, TimeUnit.SECONDS)) {
                // Its disk is slow: the program is as slow, rather than its history wrong.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (true) {
                Item item = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                if (item == null) {
                    out.flush();
                } else if (item.event() == null) {
                    return;
                } else {
                    put(Json.write(EventJson.write(item.event(), item.time())));
                }
            }
        } catch (IOException e) {
            broken = true;
            queue.clear();
            LOG.warn("the history of this program ends here: file={}: {}", file, e.getMessage());
        } catch (InterruptedException e) {
            broken = true;
        }
    }

    private void put(String line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /**
     * Writes what is left and closes the file.
     *
     * @param output what tasks printed last, to be kept with it
     */
    public void finish(List<OutputLine> output) {
        add(new Item(null, 0));
        try (out) {
            thread.join(END_MILLIS);
            if (!broken && !thread.isAlive()) {
                for (OutputLine line : output) {
                    put(HistoryFile.line(line));
                }
                put(HistoryFile.end(EventClock.now()));
            }
        } catch (IOException e) {
            LOG.warn("the history of this program is not whole: file={}: {}", file, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finish(List.of());
    }
}
