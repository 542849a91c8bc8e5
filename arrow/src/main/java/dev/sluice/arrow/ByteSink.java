// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Collects what is written into one buffer. */
final class ByteSink implements WritableByteChannel {
    private ByteBuffer bytes;

    ByteSink(int expected) {
        bytes = ByteBuffer.allocate(expected);
    }

    @Override
    public int write(ByteBuffer from) {
        int length = from.remaining();
        if (bytes.remaining() < length) {
            int needed = Math.addExact(bytes.position(), length);
            bytes = ByteBuffer.allocate(Math.max(needed, needed / 2 * 3)).put(bytes.flip());
        }
        bytes.put(from);
        return length;
    }

    ByteBuffer written() {
        return bytes.duplicate().flip();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // Memory alone.
    }
}
