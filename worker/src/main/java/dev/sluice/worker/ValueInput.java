// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.SluiceException;
import dev.sluice.core.pickle.PickleCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Java values as a task's input: batches of pickled lists, as {@code sluice/serializers/stream.py} pictures them. Reads
 * no further ahead than one batch.
 */
final class ValueInput implements TaskInput {
    /** Bytes that a batch aims at. */
    private static final int TARGET = 32 << 10;

    private static final int MAX_PIECE = 1 << 20;

    /** Nanoseconds that a batch may take to fill: values that come slowly are not held back for more of them. */
    private static final long MAX_WAIT = 10_000_000;

    private final Iterator<?> values;
    private final PickleCodec codec;
    private ByteBuffer ready = ByteBuffer.allocate(0);
    private int size = 1;

    ValueInput(Iterator<?> values, PickleCodec codec) {
        this.values = values;
        this.codec = codec;
    }

    @Override
    public ByteBuffer next() {
        if (!ready.hasRemaining()) {
            ready = ByteBuffer.wrap(batch());
        }
        ByteBuffer piece = ready.slice(ready.position(), Math.min(ready.remaining(), MAX_PIECE));
        ready.position(ready.position() + piece.remaining());
        return piece;
    }

    private byte[] batch() {
        List<Object> batch = new ArrayList<>();
        long start = System.nanoTime();
        while (batch.size() < size && (batch.isEmpty() || System.nanoTime() - start < MAX_WAIT) && values.hasNext()) {
            batch.add(values.next());
        }
        if (batch.isEmpty()) {
            return new byte[0];
        }
        byte[] frames = encode(batch, codec);
        long next = Math.min(batch.size() * 16L, (long) batch.size() * TARGET / frames.length);
        size = (int) Math.max(1, Math.min(next, 100_000));
        return frames;
    }

    /** Returns a batch as one frame, or as more where one would be longer than the codec's limit. */
    static byte[] encode(List<?> batch, PickleCodec codec) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encode(batch, codec, out);
        return out.toByteArray();
    }

    private static void encode(List<?> batch, PickleCodec codec, ByteArrayOutputStream out) {
        byte[] pickle;
        try {
            pickle = codec.dumps(batch);
        } catch (SluiceException e) {
            if (batch.size() == 1) {
                throw e;
            }
            int middle = batch.size() / 2;
            encode(batch.subList(0, middle), codec, out);
            encode(batch.subList(middle, batch.size()), codec, out);
            return;
        }
        out.writeBytes(
                ByteBuffer.allocate(5).putInt(pickle.length + 1).put((byte) 'L').array());
        out.writeBytes(pickle);
    }

    @Override
    public boolean exhausted() {
        return false;
    }

    @Override
    public void close() {
        // Its owner closes what the values come from.
    }
}
