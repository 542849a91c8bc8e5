// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The spilled runs of one map task, all in one scratch file: each run is the buffered bytes of every partition. */
final class RunSet implements AutoCloseable {
    private final Codec codec;
    private final Scratch scratch;
    private final BlockOutput blocks;
    private final @Nullable Extents[] extents;

    RunSet(int partitions, SpillDirectories directories, SpillOptions options) {
        codec = options.codec();
        scratch = new Scratch(directories);
        blocks = new BlockOutput(scratch, options);
        extents = new Extents[partitions];
    }

    void spill(@Nullable Segments[] buffered) {
        for (int p = 0; p < buffered.length; p++) {
            Segments segments = buffered[p];
            if (segments == null) {
                continue;
            }
            long start = blocks.position();
            for (ByteBuffer view : segments.views()) {
                blocks.put(view);
            }
            blocks.endBlock();
            Extents of = extents[p];
            if (of == null) {
                of = new Extents();
                extents[p] = of;
            }
            of.add(start, blocks.position() - start);
            // Freed while the rest is still written: the new owner of this memory may be waiting at the heap's end.
            buffered[p] = null;
        }
    }

    void flush() {
        blocks.flush();
    }

    long bytes() {
        return blocks.position();
    }

    /** Copies one partition in the order of the runs. */
    void copy(int partition, RunFileWriter out) throws IOException {
        Extents of = extents[partition];
        if (of == null) {
            return;
        }
        BlockInput in = new BlockInput(scratch, codec);
        for (int i = 0; i < of.count(); i++) {
            in.range(of.offset(i), of.length(i));
            for (ByteBuffer chunk = in.next(); chunk != null; chunk = in.next()) {
                out.put(chunk);
            }
        }
    }

    @Override
    public void close() {
        scratch.close();
    }
}
