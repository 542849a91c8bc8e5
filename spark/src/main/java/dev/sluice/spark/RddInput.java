// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.TaskInput;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Function;
import scala.collection.Iterator;

/** What Spark hands over piece by piece, as a worker reads it: small pieces together, since it waits for each. */
final class RddInput<T> implements TaskInput {
    private static final int ENOUGH = 256 << 10;

    private final Iterator<T> pieces;
    private final Function<T, byte[]> bytes;

    RddInput(Iterator<T> pieces, Function<T, byte[]> bytes) {
        this.pieces = pieces;
        this.bytes = bytes;
    }

    @Override
    public ByteBuffer next() {
        if (!pieces.hasNext()) {
            return ByteBuffer.allocate(0);
        }
        byte[] first = bytes.apply(pieces.next());
        if (first.length >= ENOUGH || !pieces.hasNext()) {
            return ByteBuffer.wrap(first);
        }
        ByteArrayOutputStream gathered = new ByteArrayOutputStream(ENOUGH);
        gathered.writeBytes(first);
        while (gathered.size() < ENOUGH && pieces.hasNext()) {
            gathered.writeBytes(bytes.apply(pieces.next()));
        }
        return ByteBuffer.wrap(gathered.toByteArray());
    }

    @Override
    public boolean exhausted() {
        return !pieces.hasNext();
    }

    @Override
    public void close() {}
}
