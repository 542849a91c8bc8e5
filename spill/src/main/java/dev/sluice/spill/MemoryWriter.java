// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects bytes that are worth keeping only in memory. Where the budget does not grant what they need, all of them are
 * let go at once, and the rest is taken without being kept: unlike {@link PartitionWriter} it uses no floor and no disk.
 *
 * <p>For one thread.
 */
public final class MemoryWriter implements AutoCloseable {
    private final SpillOptions options;
    private Grant grant;
    private @Nullable Segments segments = new Segments();
    private long records;

    /**
     * Makes a writer with the default sizes.
     *
     * @param budget where memory comes from
     */
    public MemoryWriter(MemoryBudget budget) {
        this.options = SpillOptions.defaults();
        // Block by block: who asks for more than he needs leaves nothing to those who write beside him.
        this.grant = new Grant(budget, 0, 1);
    }

    /**
     * Adds bytes, or drops everything.
     *
     * @param chunk drained
     * @param recordsInChunk how many records the bytes hold, counted only
     */
    public void write(ByteBuffer chunk, long recordsInChunk) {
        records += recordsInChunk;
        Segments into = segments;
        while (into != null && chunk.hasRemaining()) {
            into.fill(chunk);
            if (chunk.hasRemaining()) {
                int size = into.nextSize(chunk.remaining(), options.blockBytes());
                if (grant.take(size + Segments.OVERHEAD)) {
                    into.add(size);
                } else {
                    close();
                    into = null;
                }
            }
        }
        chunk.position(chunk.limit());
    }

    /**
     * Ends the output. Its memory belongs to the result from now on.
     *
     * @return the bytes as the one partition of an output, or empty if they were dropped
     */
    public Optional<MapOutput> finish() {
        Segments whole = segments;
        if (whole == null || !grant.settle()) {
            close();
            return Optional.empty();
        }
        Grant handedOver = grant;
        grant = new Grant(FixedBudget.NOTHING, 0, 1);
        segments = null;
        return Optional.of(new MemoryOutput(new @Nullable Segments[] {whole}, new long[] {records}, handedOver));
    }

    /** Frees what is not part of a result; closing again does nothing. */
    @Override
    public void close() {
        segments = null;
        grant.releaseAll();
    }
}
