// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What an executor tells, from many threads over one connection. What is not urgent goes out with what comes next, or
 * within a moment: the reports of many short tasks are one write.
 */
final class Outbox implements AutoCloseable {
    private static final long SOON_MILLIS = 1;

    private final FrameWriter writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean soon = new AtomicBoolean();
    private final Runnable onBroken;
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-outbox");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Makes an outbox.
     *
     * @param channel the connection, to which nobody else writes
     * @param onBroken called when nobody hears any more
     */
    Outbox(SocketChannel channel, Runnable onBroken) {
        this.writer = new FrameWriter(channel);
        this.onBroken = onBroken;
    }

    /** Tells something within a moment. */
    void tell(News kind, ByteBuffer... pieces) {
        write(kind, false, pieces);
        if (soon.compareAndSet(false, true)) {
            try {
                flusher.schedule(this::flushSoon, SOON_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Nobody hears any more.
            }
        }
    }

    /** Tells something now, with all that waits. */
    void tellNow(News kind, ByteBuffer... pieces) {
        write(kind, true, pieces);
    }

    private void flushSoon() {
        soon.set(false);
        writing.lock();
        try {
            writer.flush();
        } catch (IOException e) {
            onBroken.run();
        } finally {
            writing.unlock();
        }
    }

    private void write(News kind, boolean flush, ByteBuffer... pieces) {
        writing.lock();
        try {
            writer.write(FrameType.NEWS, 0, kind.number(), pieces);
            if (flush) {
                writer.flush();
            }
        } catch (IOException e) {
            onBroken.run();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        flusher.shutdownNow();
    }
}
