// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads what a {@link Packer} has written; a length is compared with what is there before anything is allocated. */
final class Unpacker {
    private final ByteBuffer from;

    Unpacker(ByteBuffer from) {
        this.from = from;
    }

    int u8() {
        return need(1).get() & 0xff;
    }

    boolean flag() {
        return u8() != 0;
    }

    int i32() {
        return need(4).getInt();
    }

    long i64() {
        return need(8).getLong();
    }

    private ByteBuffer need(int count) {
        if (from.remaining() < count) {
            throw new ProtocolException("a message between coordinator and executor ends early: remaining="
                    + from.remaining() + " needed=" + count);
        }
        return from;
    }

    private int length(int least) {
        int length = i32();
        if (length < 0 || (long) length * least > from.remaining()) {
            throw new ProtocolException("refused a length in a message between coordinator and executor: length="
                    + length + " remaining=" + from.remaining());
        }
        return length;
    }

    byte[] blob() {
        byte[] bytes = new byte[length(1)];
        from.get(bytes);
        return bytes;
    }

    String text() {
        return new String(blob(), StandardCharsets.UTF_8);
    }

    /** A list whose entries take at least a byte each. */
    <T> List<T> list(Function<Unpacker, T> read) {
        int count = length(1);
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(read.apply(this));
        }
        return values;
    }

    /** What is left, as a view. */
    ByteBuffer rest() {
        return from;
    }
}
