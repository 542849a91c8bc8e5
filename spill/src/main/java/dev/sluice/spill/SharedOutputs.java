// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Puts map outputs where other processes of this machine can read them in place: in files of a directory in memory as
 * long as a budget allows, else in spill directories. Safe for use by many threads.
 */
public final class SharedOutputs {
    private final SpillDirectories memory;
    private final SpillDirectories disk;
    private final SpillOptions options;

    /**
     * Makes a place for outputs.
     *
     * @param memory directories in shared memory
     * @param disk directories for what does not fit there
     * @param options sizes, and how blocks on disk are packed
     */
    public SharedOutputs(SpillDirectories memory, SpillDirectories disk, SpillOptions options) {
        this.memory = memory;
        this.disk = disk;
        this.options = options;
    }

    /**
     * Moves an output into a file, unless it is in one, or is empty.
     *
     * @param output the output, which is closed if another takes its place
     * @param budget what outputs may take of shared memory; owed to it until the result is closed
     * @return what takes its place; itself if it can stay as it is
     * @throws SpillException if no directory can take it; the output is closed then
     */
    public MapOutput share(MapOutput output, MemoryBudget budget) {
        long bytes = size(output);
        if (bytes == 0 || output.file().isPresent()) {
            return output;
        }
        Optional<MapOutput> inMemory = shareInMemory(output, budget);
        if (inMemory.isPresent()) {
            return inMemory.get();
        }
        try (output) {
            return write(output, disk, options, bytes, () -> {});
        }
    }

    /**
     * Moves an output into a file of the directory in memory, or leaves it where it is.
     *
     * @param output the output, which is closed if another takes its place
     * @param budget what outputs may take of shared memory; owed to it until the result is closed
     * @return what takes its place; itself if it is empty or in a file; empty if there is no room
     */
    public Optional<MapOutput> shareInMemory(MapOutput output, MemoryBudget budget) {
        long bytes = size(output);
        if (bytes == 0 || output.file().isPresent()) {
            return Optional.of(output);
        }
        long granted = budget.tryAcquire(bytes);
        if (granted == bytes) {
            try {
                MapOutput moved = write(output, memory, SpillOptions.defaults(), bytes, () -> budget.release(bytes));
                output.close();
                return Optional.of(moved);
            } catch (SpillException e) {
                // Shared memory is often small in containers: what the budget allows may not be there.
            }
        }
        budget.release(granted);
        return Optional.empty();
    }

    private static MapOutput write(
            MapOutput output, SpillDirectories directories, SpillOptions options, long bytes, Runnable removed) {
        return directories.attempt("shared", bytes, null, path -> {
            try (SpillFile file = directories.files().create(path)) {
                RunFileWriter out = new RunFileWriter(file, output.partitions(), options);
                for (int p = 0; p < output.partitions(); p++) {
                    copy(output, p, out);
                    out.endPartition(output.records(p));
                }
                return new FileOutput(
                        path,
                        directories.files(),
                        gone -> remove(directories, gone, removed),
                        out.finish(),
                        options.codec());
            } catch (IOException | RuntimeException e) {
                directories.delete(path);
                throw e;
            }
        });
    }

    private static void copy(MapOutput output, int partition, RunFileWriter out) throws IOException {
        try (ChunkReader reader = output.open(partition)) {
            ByteBuffer chunk = reader.next();
            while (chunk != null) {
                out.put(chunk);
                chunk = reader.next();
            }
        }
    }

    private static void remove(SpillDirectories directories, Path path, Runnable removed) {
        directories.delete(path);
        removed.run();
    }

    /**
     * Tells how much an output holds.
     *
     * @param output the output
     * @return bytes of all partitions
     */
    public static long size(MapOutput output) {
        long bytes = 0;
        for (int p = 0; p < output.partitions(); p++) {
            bytes += output.bytes(p);
        }
        return bytes;
    }
}
