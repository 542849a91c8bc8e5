// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.worker.OutputListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Passes what user code prints to the driver; drops it, with a count, where the driver does not keep up. */
final class OutputRelay implements OutputListener {
    private static final int PIECES = 1024;

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(PIECES);
    private final AtomicLong dropped = new AtomicLong();

    @Override
    public void output(long pid, int stage, int partition, ByteBuffer piece) {
        ByteBuffer tagged = ByteBuffer.allocate(16 + piece.remaining());
        byte[] frame =
                tagged.putLong(pid).putInt(stage).putInt(partition).put(piece).array();
        if (!queue.offer(frame)) {
            dropped.addAndGet(frame.length - 16L);
        }
    }

    void serve(SocketChannel channel, FrameReader reader) throws IOException {
        FrameWriter writer = new FrameWriter(channel);
        try (channel) {
            while (true) {
                byte[] piece = queue.take();
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
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
