// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Orders on their way to an executor. As long as all that it may not have read fits into the socket's buffer, who gives an
 * order writes it: that never waits, and spares a hand-over. Everything else is written by a thread of its own, so that an
 * executor that does not read, because it is stopped or waits to tell something itself, holds nobody up. What waits is
 * bounded by what the executor may do: a lease for each slot, and small matters for as long as it may be silent.
 */
final class OrderQueue implements AutoCloseable {
    /** What the kernel may take of a buffer for a write beyond the bytes, which it rounds up to at most twice as many. */
    private static final int OVERHEAD = 2 << 10;

    private final FrameWriter writer;
    private final Runnable onBroken;
    private final long room;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long given;
    private long read;
    private boolean busy;
    private boolean closed;

    /**
     * Makes a queue, and its thread.
     *
     * @param channel the connection, to which nobody else writes
     * @param name names the thread
     * @param onBroken called when orders arrive nowhere any more
     * @throws IOException if the connection is closed
     */
    OrderQueue(SocketChannel channel, String name, Runnable onBroken) throws IOException {
        this.writer = new FrameWriter(channel);
        this.onBroken = onBroken;
        this.room = channel.getOption(StandardSocketOptions.SO_SNDBUF) / 2;
        this.thread = new Thread(this::writeWaiting, name);
        thread.setDaemon(true);
        thread.start();
    }

    private record Waiting(Order order, Packer body) {}

    /**
     * Sends an order after all that were given before. Never waits for the executor.
     *
     * @return its place, for {@link #read}
     */
    synchronized long put(Order order, Packer body) {
        given += 2L * body.packed().remaining() + OVERHEAD;
        if (closed) {
            return given;
        }
        if (busy || given - read > room) {
            waiting.add(new Waiting(order, body));
            notify();
            return given;
        }
        try {
            write(List.of(new Waiting(order, body)));
        } catch (IOException e) {
            onBroken.run();
        }
        return given;
    }

    /** Notes that the executor has read an order, and so all before it. */
    synchronized void read(long place) {
        read = Math.max(read, place);
    }

    private void write(List<Waiting> orders) throws IOException {
        for (Waiting one : orders) {
            writer.write(FrameType.ORDER, 0, one.order().number(), one.body().packed());
        }
        writer.flush();
    }

    private void writeWaiting() {
        try {
            while (writeNext()) {
                // Until it is closed.
            }
        } catch (IOException e) {
            onBroken.run();
        } catch (InterruptedException e) {
            // It is closed.
        }
    }

    private boolean writeNext() throws IOException, InterruptedException {
        List<Waiting> taken = take();
        write(taken);
        return !taken.isEmpty();
    }

    /** Waits for orders; returns none once this is closed. Nobody else writes before the next call. */
    private synchronized List<Waiting> take() throws InterruptedException {
        busy = !waiting.isEmpty();
        while (!busy && !closed) {
            wait();
            busy = !waiting.isEmpty();
        }
        List<Waiting> taken = closed ? List.of() : List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /** Ends the thread, after the connection; what waits goes nowhere. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        thread.interrupt();
    }
}
