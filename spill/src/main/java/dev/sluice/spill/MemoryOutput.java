// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A map output that never saw a disk. */
final class MemoryOutput implements MapOutput {
    private final int partitions;
    private final long[] records;
    private final Grant grant;
    // Null once closed: readers that are open keep what they read alive, and nothing else does.
    private volatile @Nullable Segments @Nullable [] segments;

    /** Takes over the segments and the memory granted for them. */
    MemoryOutput(@Nullable Segments[] segments, long[] records, Grant grant) {
        this.partitions = segments.length;
        this.segments = segments;
        this.records = records;
        this.grant = grant;
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public long bytes(int partition) {
        Segments of = live(partition)[partition];
        return of == null ? 0 : of.bytes();
    }

    @Override
    public long records(int partition) {
        return records[partition];
    }

    @Override
    public ChunkReader open(int partition) {
        Segments of = live(partition)[partition];
        return new Reader(of == null ? List.of() : of.views());
    }

    private @Nullable Segments[] live(int partition) {
        Objects.checkIndex(partition, partitions);
        @Nullable Segments[] now = segments;
        if (now == null) {
            throw new SpillException("map output is closed: partition=" + partition);
        }
        return now;
    }

    @Override
    public StoredBlock block(int partition) {
        throw new IllegalStateException("a map output is in memory, where no other process can read it");
    }

    @Override
    public Optional<Path> file() {
        return Optional.empty();
    }

    @Override
    public synchronized void close() {
        if (segments != null) {
            segments = null;
            grant.releaseAll();
        }
    }

    private static final class Reader implements ChunkReader {
        private final Iterator<ByteBuffer> views;

        Reader(List<ByteBuffer> views) {
            this.views = views.iterator();
        }

        @Override
        public @Nullable ByteBuffer next() {
            return views.hasNext() ? views.next().asReadOnlyBuffer() : null;
        }

        @Override
        public void close() {}
    }
}
