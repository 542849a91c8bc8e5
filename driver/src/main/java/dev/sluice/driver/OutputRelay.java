// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.engine.watch.OutputTail;
import dev.sluice.worker.OutputListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Passes what user code prints to the driver; drops it, with a count, where the driver does not keep up. */
final class OutputRelay implements OutputListener, AutoCloseable {
    private static final int PIECES = 1024;
    private static final long PATIENCE_MILLIS = 500;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(PIECES);
    private final OutputTail tail = new OutputTail();
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile boolean serving;
    private volatile boolean closed;

    @Override
    public void output(long pid, int stage, int partition, ByteBuffer piece) {
        ByteBuffer tagged = ByteBuffer.allocate(16 + piece.remaining());
        byte[] frame =
                tagged.putLong(pid).putInt(stage).putInt(partition).put(piece).array();
        tail.add(pid, stage, partition, frame, 16);
        if (!queue.offer(frame)) {
            dropped.addAndGet(frame.length - 16L);
        }
    }

    /** What was printed last. */
    OutputTail tail() {
        return tail;
    }

    void serve(SocketChannel channel, FrameReader reader) throws IOException {
        FrameWriter writer = new FrameWriter(channel);
        serving = true;
        try (channel) {
            byte[] piece;
            while ((piece = queue.take()) != END) {
                writer.write(FrameType.OUTPUT, 0, piece);
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    ByteBuffer note =
                            ByteBuffer.allocate(100).putLong(0).putInt(-1).putInt(-1);
                    note.put(("[sluice: " + lost + " bytes of output dropped, the driver reads too slowly]\n")
                            .getBytes(StandardCharsets.UTF_8));
                    writer.write(FrameType.OUTPUT, 0, 0, note.flip());
                }
                if (queue.isEmpty()) {
                    writer.flush();
                    if (closed) {
                        break;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            drained.countDown();
        }
    }

    /** Lets the thread that passes output go when it has passed what there is, and waits a little for that. */
    @Override
    public void close() {
        closed = true;
        // A full queue needs no mark: that thread is not waiting for more.
        queue.offer(END);
        try {
            if (serving && !drained.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LoggerFactory.getLogger(OutputRelay.class).debug("output is lost: the driver does not read it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
