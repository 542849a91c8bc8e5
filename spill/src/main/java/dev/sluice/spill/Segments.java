// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one partition in memory. The first segment is as long as the first chunk and later ones double up to a
 * block, so that a partition of one small chunk wastes nothing and a large one has few segments.
 */
final class Segments {
    /** What a segment costs apart from its bytes: array header, buffer object, list slot. */
    static final int OVERHEAD = 96;

    private final List<ByteBuffer> segments = new ArrayList<>(1);
    private long bytes;

    /** Copies what fits into the last segment. */
    void fill(ByteBuffer source) {
        if (segments.isEmpty()) {
            return;
        }
        ByteBuffer last = segments.get(segments.size() - 1);
        int n = Math.min(last.remaining(), source.remaining());
        last.put(last.position(), source, source.position(), n);
        last.position(last.position() + n);
        source.position(source.position() + n);
        bytes += n;
    }

    /** How long the next segment should be for a chunk of which {@code wanted} bytes are left. */
    int nextSize(int wanted, int most) {
        return (int) Math.min(most, Math.max(wanted, bytes));
    }

    void add(int size) {
        segments.add(ByteBuffer.allocate(size));
    }

    long bytes() {
        return bytes;
    }

    /** The segments as buffers to read from. */
    List<ByteBuffer> views() {
        List<ByteBuffer> views = new ArrayList<>(segments.size());
        for (ByteBuffer segment : segments) {
            if (segment.position() > 0) {
                views.add(segment.duplicate().flip());
            }
        }
        return views;
    }
}
