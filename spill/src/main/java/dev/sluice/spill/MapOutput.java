// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What one map task wrote, by partition. It is in memory as a whole or in one file as a whole, never both. Safe for use
 * by many threads; a reader that is open when this is closed may go on.
 */
public sealed interface MapOutput extends AutoCloseable permits MemoryOutput, FileOutput {

    /**
     * Tells the number of partitions.
     *
     * @return at least 1
     */
    int partitions();

    /**
     * Tells the size of a partition.
     *
     * @param partition from 0
     * @return bytes that a reader will give
     */
    long bytes(int partition);

    /**
     * Tells how many records a partition holds, by what its writer said.
     *
     * @param partition from 0
     * @return records
     */
    long records(int partition);

    /**
     * Opens a partition. In memory, the chunks are views of what is stored; from a file, they come through one buffer of
     * about 64 KiB.
     *
     * @param partition from 0
     * @return a reader, to be closed by the caller
     * @throws UnreadableRunException if the file is damaged or gone
     * @throws SpillException if this output was closed
     */
    ChunkReader open(int partition);

    /**
     * Tells where a partition lies.
     *
     * @param partition from 0
     * @return its place, from which any process of this machine can read it
     * @throws IllegalStateException if it is in memory
     */
    StoredBlock block(int partition);

    /**
     * Tells where the bytes are.
     *
     * @return the file, or empty if they are in memory
     */
    Optional<Path> file();

    /** Gives memory back and removes the file; closing again does nothing. */
    @Override
    void close();
}
