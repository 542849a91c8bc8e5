// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects one map task's output by partition. What fits into the memory granted stays there; else runs are spilled and
 * merged into one file at the end. Within a partition, bytes come out in the order in which they went in. The bytes are
 * opaque and copied at once, so that the caller may reuse its buffer.
 *
 * <p>For one thread. After an exception only {@link #close} is of use; it leaves no memory and no file behind.
 */
public final class PartitionWriter implements AutoCloseable {
    private final MemoryBudget budget;
    private final SpillDirectories directories;
    private final SpillOptions options;
    private final long[] records;
    private Grant grant;
    private @Nullable Segments[] buffered;
    private @Nullable RunSet runs;
    private boolean done;

    /**
     * Makes a writer with the default sizes.
     *
     * @param partitions number of partitions, at least 1
     * @param budget where memory comes from
     * @param directories where files go
     */
    public PartitionWriter(int partitions, MemoryBudget budget, SpillDirectories directories) {
        this(partitions, budget, directories, SpillOptions.defaults());
    }

    /**
     * Makes a writer.
     *
     * @param partitions number of partitions, at least 1
     * @param budget where memory comes from
     * @param directories where files go
     * @param options sizes
     */
    public PartitionWriter(int partitions, MemoryBudget budget, SpillDirectories directories, SpillOptions options) {
        if (partitions < 1) {
            throw new IllegalArgumentException("no partitions: partitions=" + partitions);
        }
        this.budget = budget;
        this.directories = directories;
        this.options = options;
        this.records = new long[partitions];
        this.buffered = new Segments[partitions];
        this.grant = newGrant();
    }

    private Grant newGrant() {
        return new Grant(budget, options.floorBytes(), options.grainBytes());
    }

    /**
     * Adds bytes to a partition.
     *
     * @param partition from 0
     * @param chunk drained
     * @param recordsInChunk how many records the bytes hold, counted only
     * @throws SpillException if no directory can take what must be spilled
     */
    public void write(int partition, ByteBuffer chunk, long recordsInChunk) {
        Objects.checkIndex(partition, records.length);
        if (done) {
            throw new SpillException("partition writer is closed or has failed: partition=" + partition);
        }
        while (true) {
            Segments into = buffered[partition];
            if (into != null) {
                into.fill(chunk);
            }
            if (!chunk.hasRemaining()) {
                break;
            }
            if (into == null) {
                into = new Segments();
                buffered[partition] = into;
            }
            int size = into.nextSize(chunk.remaining(), options.blockBytes());
            if (grant.take(size + Segments.OVERHEAD)) {
                into.add(size);
            } else {
                spill();
            }
        }
        records[partition] += recordsInChunk;
    }

    /**
     * Adds bytes to a partition.
     *
     * @param partition from 0
     * @param chunk all of it is added
     * @param recordsInChunk how many records the bytes hold, counted only
     * @throws SpillException if no directory can take what must be spilled
     */
    public void write(int partition, byte[] chunk, long recordsInChunk) {
        write(partition, ByteBuffer.wrap(chunk), recordsInChunk);
    }

    private void spill() {
        done = true;
        RunSet into = runs;
        if (into == null) {
            into = new RunSet(records.length, directories, options);
            runs = into;
        }
        into.spill(buffered);
        buffered = new Segments[records.length];
        // All of it, so that other tasks have a chance; the next chunk asks again.
        grant.releaseAll();
        done = false;
    }

    /**
     * Ends the output. Memory, or the file, belongs to the result from now on.
     *
     * @return the output
     * @throws SpillException if no directory can take the merged file
     */
    public MapOutput finish() {
        if (done) {
            throw new SpillException("partition writer is closed or has failed");
        }
        if (runs == null && !grant.settle()) {
            // The floor is there to work with; an output that may live long must not stay on it.
            spill();
        }
        RunSet spilled = runs;
        done = true;
        if (spilled == null) {
            Grant handedOver = grant;
            grant = newGrant();
            return new MemoryOutput(buffered, records, handedOver);
        }
        MapOutput output = null;
        try {
            output = merge(spilled);
            close();
            return output;
        } catch (RuntimeException e) {
            closeAfter(e, output);
            throw e;
        }
    }

    private void closeAfter(RuntimeException e, @Nullable MapOutput output) {
        for (AutoCloseable each : output == null ? List.of(this) : List.of(this, output)) {
            try {
                each.close();
            } catch (Exception second) {
                if (second != e) {
                    e.addSuppressed(second);
                }
            }
        }
    }

    private MapOutput merge(RunSet spilled) {
        spilled.flush();
        long bytes = spilled.bytes() + grant.used();
        return directories.attempt("map", bytes, null, path -> {
            try (SpillFile file = directories.files().create(path)) {
                RunFileWriter out = new RunFileWriter(file, records.length, options);
                for (int p = 0; p < records.length; p++) {
                    spilled.copy(p, out);
                    Segments rest = buffered[p];
                    if (rest != null) {
                        for (ByteBuffer view : rest.views()) {
                            out.put(view);
                        }
                    }
                    out.endPartition(records[p]);
                }
                return new FileOutput(path, directories, out.finish(), options.codec());
            } catch (IOException | RuntimeException e) {
                directories.delete(path);
                throw e;
            }
        });
    }

    /**
     * Tells how much was written to disk before the merge.
     *
     * @return bytes, 0 while all is in memory
     */
    public long spilledBytes() {
        RunSet spilled = runs;
        return spilled == null ? 0 : spilled.bytes();
    }

    /** Frees what is not part of a result; closing again does nothing. */
    @Override
    public void close() {
        done = true;
        buffered = new Segments[0];
        grant.releaseAll();
        if (runs != null) {
            runs.close();
        }
    }
}
