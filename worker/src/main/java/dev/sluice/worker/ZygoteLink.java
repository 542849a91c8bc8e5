// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.Json;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The control connection to a zygote or a generation: asks for forks, hears of deaths. */
final class ZygoteLink {
    static final int SIGKILL = 9;

    /** Reports of children whose worker nobody asks about any more are forgotten beyond this number. */
    private static final int REMEMBERED_DEATHS = 256;

    /** Innermost frames come first, and tell the most. */
    private static final int STACK_LINES = 40;

    private final long pid;
    private final Set<Long> broadcasts;
    private final SocketChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final BiConsumer<Integer, String> onFailure;
    private final BiConsumer<Long, String> onDeath;
    private final Map<Long, CompletableFuture<Death>> deaths = new ConcurrentHashMap<>();
    private final Map<Long, Integer> births = new HashMap<>();
    private volatile boolean closed;

    ZygoteLink(
            long pid,
            Set<Long> broadcasts,
            SocketChannel channel,
            FrameReader reader,
            BiConsumer<Integer, String> onFailure,
            BiConsumer<Long, String> onDeath) {
        this.pid = pid;
        this.broadcasts = broadcasts;
        this.channel = channel;
        this.reader = reader;
        this.writer = new FrameWriter(channel);
        this.onFailure = onFailure;
        this.onDeath = onDeath;
    }

    long pid() {
        return pid;
    }

    Set<Long> broadcasts() {
        return broadcasts;
    }

    boolean alive() {
        return !closed;
    }

    /** Sends a request; its answer is a new connection, or a failure. */
    void request(FrameType type, int request, Map<String, ?> body) throws IOException {
        try {
            send(type, request, Json.write(body));
        } catch (IOException e) {
            // Dead before the reading thread has noticed.
            close();
            throw new ParentLostException("the process that was to fork ended: pid=" + pid, e);
        }
    }

    void signal(long child, int number) {
        try {
            send(FrameType.SIGNAL, (int) child, Integer.toString(number));
        } catch (IOException e) {
            // The parent is gone, and its children with it.
        }
    }

    /** An interrupted thread would close the channel, and with it end every worker: its interrupt waits. */
    private synchronized void send(FrameType type, int stream, String text) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            writer.write(type, stream, text);
            writer.flush();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads reports until the process ends; runs on a thread of its own. */
    void listen(Runnable onEnd) {
        try {
            while (reader.next()) {
                switch (reader.type()) {
                    case EXITED -> {
                        var report = Json.parse(reader.bytes());
                        Death death = new Death(report.integer("status"), report.number("maxrss"));
                        deathOf(reader.stream()).complete(death);
                        onDeath.accept((long) reader.stream(), death.describe());
                        Integer request = births.remove((long) reader.stream());
                        if (request != null) {
                            onFailure.accept(request, "it ended before its hello: " + death.describe());
                        }
                    }
                    case ZYGOTE_FAILED -> onFailure.accept(reader.stream(), reader.text());
                    case FORKED -> {
                        long child = Long.parseLong(reader.text());
                        // The kernel uses numbers again: how an earlier process of this one ended says nothing.
                        deaths.remove(child);
                        births.put(child, reader.stream());
                    }
                    default -> throw new IOException("unexpected frame from a zygote: type=" + reader.type());
                }
            }
        } catch (IOException e) {
            // The same as its end: the pool starts another.
        } finally {
            closed = true;
            Channels.close(channel);
            forgetDeaths();
            onEnd.run();
        }
    }

    private CompletableFuture<Death> deathOf(long child) {
        if (deaths.size() > REMEMBERED_DEATHS) {
            deaths.values().removeIf(CompletableFuture::isDone);
        }
        return deaths.computeIfAbsent(child, unused -> new CompletableFuture<>());
    }

    /** Says how a worker died; learnt from its parent's wait, not from the end of its stream alone. */
    String explain(Worker worker, Exception seen) {
        StringBuilder text = new StringBuilder(64).append("worker lost: pid=").append(worker.pid());
        try {
            Death death = deathOf(worker.pid()).get(closed ? 0 : 2, TimeUnit.SECONDS);
            text.append(' ').append(death.describe());
        } catch (TimeoutException e) {
            if (!closed) {
                text.append(" its process has not ended, its stream broke: ").append(seen.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // The parent ended first, as is said below.
        }
        if (closed) {
            text.append("; its parent process ended: pid=").append(pid);
        }
        String output = worker.lastOutput();
        int fatal = output.lastIndexOf("Fatal Python error");
        if (fatal >= 0) {
            text.append("; ").append(userStack(output.substring(fatal)));
        }
        return text.toString();
    }

    /** The text of faulthandler without the frames of our own loop, which stand under every user's stack. */
    private static String userStack(String fatal) {
        return fatal.lines()
                .filter(line -> !line.contains("/sluice/worker/")
                        && !line.contains("/sluice/serializers/")
                        && !line.contains("File \"<string>\""))
                .limit(STACK_LINES)
                .collect(Collectors.joining("\n"))
                .strip();
    }

    void close() {
        closed = true;
        Channels.close(channel);
        forgetDeaths();
    }

    /** Nobody reports deaths any more: whoever waits for one goes on without. */
    private void forgetDeaths() {
        deaths.values().forEach(death -> death.completeExceptionally(new IOException("the parent ended")));
    }

    /**
     * How a process ended.
     *
     * @param status the status of wait(2)
     * @param maxRss peak resident memory in bytes
     */
    record Death(int status, long maxRss) {
        String describe() {
            int signal = status & 0x7f;
            String how = signal != 0 ? "killed by signal " + signal + signalName(signal) : "exit code " + (status >> 8);
            String hint = signal == SIGKILL ? ", as by the kernel when memory runs out" : "";
            return how + ", peak memory " + (maxRss >> 20) + " MiB" + hint;
        }

        private static String signalName(int signal) {
            return switch (signal) {
                case 4 -> " (SIGILL)";
                case 6 -> " (SIGABRT)";
                case 7 -> " (SIGBUS)";
                case 8 -> " (SIGFPE)";
                case 9 -> " (SIGKILL)";
                case 11 -> " (SIGSEGV)";
                case 15 -> " (SIGTERM)";
                default -> "";
            };
        }
    }
}
