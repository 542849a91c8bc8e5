// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import org.jspecify.annotations.Nullable;

/** Writes records to a scratch file, in extents that can be read alone. */
final class RecordOutput<K, C> {
    private final RecordCodec<K, C> codec;
    private final Scratch scratch;
    private final BlockOutput blocks;
    private long extentStart;

    RecordOutput(RecordCodec<K, C> codec, Scratch scratch, SpillOptions options) {
        this.codec = codec;
        this.scratch = scratch;
        this.blocks = new BlockOutput(scratch, options);
    }

    void write(@Nullable K key, @Nullable C combiner) {
        blocks.put(codec.encode(key, combiner));
    }

    /** Ends an extent, and adds it to those of {@code into}. */
    void endExtent(Extents into) {
        blocks.endBlock();
        long end = blocks.position();
        into.add(extentStart, end - extentStart);
        extentStart = end;
    }

    /** Makes all extents readable. */
    Scratch flush() {
        blocks.flush();
        return scratch;
    }
}
