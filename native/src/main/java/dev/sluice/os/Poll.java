// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * An array of C's {@code struct pollfd}.
 *
 * <pre>
 *   0        4         6         8
 *   +--------+---------+---------+
 *   | fd i32 | events  | revents |   u16 each, native order
 *   +--------+---------+---------+
 * </pre>
 */
final class Poll {
    static final int IN = 1;
    static final int OUT = 4;

    private static final int BYTES = 8;
    private static final int EVENTS = 4;
    private static final int RETURNED = 6;

    private Poll() {}

    static ByteBuffer set(int count) {
        return LibC.allocate(count * BYTES);
    }

    static void put(ByteBuffer set, int index, int fd) {
        put(set, index, fd, IN);
    }

    static void put(ByteBuffer set, int index, int fd, int events) {
        set.putInt(index * BYTES, fd);
        set.putShort(index * BYTES + EVENTS, (short) events);
        set.putShort(index * BYTES + RETURNED, (short) 0);
    }

    /** Waits until one of the first {@code count} is ready; returns how many are, or less than 1. */
    static int await(ByteBuffer set, int count, int timeoutMillis) {
        try {
            return LibC.poll(LibC.address(set), count, timeoutMillis);
        } finally {
            Reference.reachabilityFence(set);
        }
    }
}
