// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Orders on their way to an executor, written by a thread of its own: one that does not read, because it is stopped or
 * waits to tell something itself, never holds up who has an order for it. What waits is bounded by what it may be doing: a
 * lease for each slot, and small matters for as long as it may be silent.
 */
final class OrderQueue implements AutoCloseable {
    private final SocketChannel channel;
    private final Runnable onBroken;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    /**
     * Makes a queue, and its thread.
     *
     * @param channel the connection, to which nobody else writes
     * @param name names the thread
     * @param onBroken called when orders arrive nowhere any more
     */
    OrderQueue(SocketChannel channel, String name, Runnable onBroken) {
        this.channel = channel;
        this.onBroken = onBroken;
        this.thread = new Thread(this::write, name);
        thread.setDaemon(true);
        thread.start();
    }

    private record Waiting(Order order, Packer body) {}

    /** Sends an order after all that were put before. Never waits. */
    void put(Order order, Packer body) {
        waiting.add(new Waiting(order, body));
    }

    private void write() {
        FrameWriter writer = new FrameWriter(channel);
        List<Waiting> taken = new ArrayList<>();
        try {
            while (channel.isOpen()) {
                taken.add(waiting.take());
                waiting.drainTo(taken);
                for (Waiting one : taken) {
                    writer.write(FrameType.ORDER, 0, one.order().number(), one.body().packed());
                }
                writer.flush();
                taken.clear();
            }
        } catch (IOException e) {
            onBroken.run();
        } catch (InterruptedException e) {
            // It is closed.
        }
    }

    /** Ends the thread, after the connection; what waits goes nowhere. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
