// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the records of some extents of a scratch file, one after the other. */
final class RecordInput<K, C> {
    private final RecordCodec<K, C> codec;
    private final BlockInput blocks;
    private final Extents extents;
    private final RecordCodec.Decoded<K, C> decoded = new RecordCodec.Decoded<>();
    private final ByteBuffer prefix = ByteBuffer.allocate(RecordCodec.PREFIX_BYTES);
    private @Nullable ByteBuffer chunk;
    private byte[] record = {};
    private int nextExtent;

    RecordInput(RecordCodec<K, C> codec, BlockInput blocks, Extents extents) {
        this.codec = codec;
        this.blocks = blocks;
        this.extents = extents;
    }

    /** Goes to the next record, or returns false at the end. */
    boolean next() {
        if (!ready()) {
            return false;
        }
        fill(prefix.clear());
        int length = prefix.getInt(0);
        if (length < 1) {
            throw new SpillException("record length out of range: length=" + length);
        }
        if (record.length < length) {
            record = new byte[Math.max(length, (int) Math.min(Integer.MAX_VALUE - 8, record.length * 2L))];
        }
        fill(ByteBuffer.wrap(record, 0, length));
        codec.decode(record, length, decoded);
        return true;
    }

    @Nullable
    K key() {
        return decoded.key;
    }

    @SuppressWarnings("NullAway") // null where the user's own combiner is null
    C combiner() {
        return decoded.combiner;
    }

    Map.Entry<K, C> entry() {
        return new SimpleImmutableEntry<>(key(), combiner());
    }

    private boolean ready() {
        while (chunk == null || !chunk.hasRemaining()) {
            chunk = nextExtent == 0 ? null : blocks.next();
            if (chunk == null) {
                if (nextExtent == extents.count()) {
                    return false;
                }
                blocks.range(extents.offset(nextExtent), extents.length(nextExtent));
                nextExtent++;
            }
        }
        return true;
    }

    private void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            if (!ready() || chunk == null) {
                throw new SpillException("spilled records end inside a record: missing bytes=" + target.remaining());
            }
            int n = Math.min(chunk.remaining(), target.remaining());
            target.put(chunk.slice(chunk.position(), n));
            chunk.position(chunk.position() + n);
        }
    }
}
