// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes between the thread that runs a task and the one that reads its results; the first waits while the second is
 * behind by more than a bound. Closing wakes both.
 */
final class PieceQueue extends InputStream implements TaskOutput {
    private static final int LIMIT = 4 << 20;

    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private byte[] current = new byte[0];
    private int at;
    private int waiting;
    private boolean finished;
    private boolean closed;

    @Override
    public synchronized void data(int stream, ByteBuffer piece) throws IOException {
        try {
            while (waiting > LIMIT && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a result waits to be read", e);
        }
        if (closed) {
            throw new IOException("nobody reads the results any more");
        }
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        pieces.add(copy);
        waiting += copy.length;
        notifyAll();
    }

    /** Says that no more data comes. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            // readNBytes asks so where it has all: it must not wait for more.
            return 0;
        }
        if (at == current.length && !advance()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, count);
        at += count;
        return count;
    }

    private synchronized boolean advance() throws IOException {
        try {
            while (pieces.isEmpty() && !finished && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a result", e);
        }
        byte @Nullable [] next = pieces.poll();
        if (next == null) {
            return false;
        }
        current = next;
        at = 0;
        waiting -= next.length;
        notifyAll();
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        pieces.clear();
        notifyAll();
    }
}
