// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One piece of a {@link Spool}, in memory or on disk; used under its lock. */
final class SpoolEntry {
    private final long granted;
    private @Nullable ByteBuffer memory;
    private long offset;
    private long stored;
    private boolean queued = true;

    /** Makes an empty piece in memory for which {@code granted} bytes are owed to the budget. */
    SpoolEntry(int size, long granted) {
        this.memory = ByteBuffer.allocate(size);
        this.granted = granted;
    }

    /** Copies what there is room for, and tells how much that was. */
    int fill(ByteBuffer source) {
        ByteBuffer into = memory;
        if (into == null) {
            return 0;
        }
        int n = Math.min(into.remaining(), source.remaining());
        into.put(into.position(), source, source.position(), n);
        into.position(into.position() + n);
        source.position(source.position() + n);
        return n;
    }

    /** The bytes so far, of a piece in memory. */
    ByteBuffer view() {
        if (memory == null) {
            throw new IllegalStateException("not in memory: offset=" + offset);
        }
        return memory.duplicate().flip();
    }

    void moveTo(long offsetOnDisk, long storedBytes) {
        memory = null;
        offset = offsetOnDisk;
        stored = storedBytes;
    }

    boolean isOnDisk() {
        return memory == null;
    }

    /** Notes that the reader has it, or that nobody will. */
    void dequeued() {
        queued = false;
    }

    boolean isQueued() {
        return queued;
    }

    boolean isEmpty() {
        return memory != null && memory.position() == 0;
    }

    long granted() {
        return granted;
    }

    long offset() {
        return offset;
    }

    long stored() {
        return stored;
    }
}
