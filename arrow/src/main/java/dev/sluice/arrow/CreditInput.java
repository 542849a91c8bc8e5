// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells a worker how many bytes of its files were taken, eight bytes at a time. A worker that is far ahead asks, and the
 * answer waits until the reader has taken more.
 */
final class CreditInput implements TaskInput {
    private long taken;
    private long told;
    private boolean closed;

    synchronized void taken(long bytes) {
        taken += bytes;
        notifyAll();
    }

    @Override
    public synchronized ByteBuffer next() throws IOException {
        try {
            while (taken == told && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while results wait to be read", e);
        }
        if (closed) {
            throw new IOException("nobody reads the results any more");
        }
        told = taken;
        return ByteBuffer.allocate(Long.BYTES).putLong(told).flip();
    }

    @Override
    public boolean exhausted() {
        return false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
