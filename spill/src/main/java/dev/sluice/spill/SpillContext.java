// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What all parts of one aggregation share, and the list of the files that it has open. */
final class SpillContext<K, C> implements AutoCloseable {
    private final BiFunction<? super C, ? super C, ? extends C> mergeCombiners;
    private final RecordCodec<K, C> codec;
    private final Grant grant;
    private final SpillDirectories directories;
    private final SpillOptions options;
    private final Set<Scratch> open = new HashSet<>();
    private long spilledBytes;

    SpillContext(
            BiFunction<? super C, ? super C, ? extends C> mergeCombiners,
            RecordCodec<K, C> codec,
            Grant grant,
            SpillDirectories directories,
            SpillOptions options) {
        this.mergeCombiners = mergeCombiners;
        this.codec = codec;
        this.grant = grant;
        this.directories = directories;
        this.options = options;
    }

    RecordCodec<K, C> codec() {
        return codec;
    }

    /** A table for spilled combiners, which may use all that is granted: there is only ever one in use. */
    BoundedTable<K, C, C> newTable() {
        grant.releaseAll();
        return new BoundedTable<>(Function.identity(), mergeCombiners, codec, grant);
    }

    RecordOutput<K, C> newOutput() {
        Scratch scratch = new Scratch(directories);
        open.add(scratch);
        return new RecordOutput<>(codec, scratch, options);
    }

    RecordInput<K, C> read(Scratch scratch, Extents extents) {
        return new RecordInput<>(codec, new BlockInput(scratch, options.codec()), extents);
    }

    /** Frees a file before the end. */
    void discard(Scratch scratch) {
        spilledBytes += scratch.position();
        open.remove(scratch);
        scratch.close();
    }

    long spilledBytes() {
        return spilledBytes + open.stream().mapToLong(Scratch::position).sum();
    }

    @Override
    public void close() {
        for (Scratch scratch : Set.copyOf(open)) {
            discard(scratch);
        }
        grant.releaseAll();
    }
}
