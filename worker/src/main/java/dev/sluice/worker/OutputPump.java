// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the output sockets of all workers on one thread. At a task's end the thread that ran the task drains its
 * worker's socket too: the worker has flushed before it reported, so that every byte is tagged with its own task.
 */
final class OutputPump implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputPump.class);

    /** Holds what faulthandler writes at a crash: a hundred frames, with long paths. */
    private static final int TAIL = 32 << 10;

    private final Selector selector;
    private final Thread thread;
    private final OutputListener listener;
    private volatile boolean refused;

    OutputPump(OutputListener listener) throws IOException {
        this.listener = listener;
        this.selector = Selector.open();
        this.thread = new Thread(this::pump, "sluice-output");
        thread.setDaemon(true);
        thread.start();
    }

    Source add(SocketChannel channel, long pid) throws IOException {
        channel.configureBlocking(false);
        Source source = new Source(channel, pid);
        channel.register(selector, SelectionKey.OP_READ, source);
        selector.wakeup();
        return source;
    }

    private void pump() {
        try {
            while (selector.isOpen()) {
                selector.select(key -> {
                    Source source = (Source) key.attachment();
                    source.drain();
                });
            }
        } catch (ClosedSelectorException | IOException e) {
            // Closing the pool ends this thread.
        }
    }

    /** A listener that throws must not stop the reading: workers would wait for room in their sockets for ever. */
    private void pass(long pid, int stage, int partition, ByteBuffer piece) {
        if (refused) {
            return;
        }
        try {
            listener.output(pid, stage, partition, piece);
        } catch (RuntimeException e) {
            refused = true;
            LOG.warn("the listener of workers' output failed; what they print is dropped from now on", e);
        }
    }

    @Override
    public void close() {
        Channels.close(selector);
    }

    /** One worker's output socket. */
    final class Source {
        private final SocketChannel channel;
        private final long pid;
        private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
        private final byte[] tail = new byte[TAIL];
        private int tailEnd;
        private int stage = -1;
        private int partition = -1;

        Source(SocketChannel channel, long pid) {
            this.channel = channel;
            this.pid = pid;
        }

        synchronized void attribute(int toStage, int toPartition) {
            stage = toStage;
            partition = toPartition;
        }

        /** Passes on what is there now, without waiting. */
        synchronized void drain() {
            try {
                while (true) {
                    buffer.clear();
                    int count = channel.read(buffer);
                    if (count < 0) {
                        channel.close();
                        return;
                    }
                    if (count == 0) {
                        return;
                    }
                    buffer.flip();
                    remember(buffer.array(), buffer.remaining());
                    pass(pid, stage, partition, buffer);
                }
            } catch (ClosedChannelException e) {
                // Nothing more comes from a worker that is gone.
            } catch (IOException e) {
                Channels.close(channel);
            }
        }

        private void remember(byte[] bytes, int length) {
            int keep = Math.min(length, TAIL);
            int old = Math.min(tailEnd, TAIL - keep);
            System.arraycopy(tail, tailEnd - old, tail, 0, old);
            System.arraycopy(bytes, length - keep, tail, old, keep);
            tailEnd = old + keep;
        }

        synchronized String tail() {
            drain();
            return new String(tail, 0, tailEnd, StandardCharsets.UTF_8);
        }

        synchronized void close() {
            drain();
            Channels.close(channel);
        }
    }
}
