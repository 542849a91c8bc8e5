// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file, read and written at given positions. It has no position of its own, so a reader and a writer on two
 * threads do not disturb each other.
 */
public interface SpillFile extends Closeable {

    /**
     * Reads once.
     *
     * @param target receives up to its remaining bytes
     * @param position bytes from the start of the file
     * @return how many bytes came, or -1 at the end of the file
     * @throws IOException if the file cannot be read
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Writes all remaining bytes.
     *
     * @param source drained on success; on failure its position is undefined
     * @param position bytes from the start of the file
     * @throws IOException if not all bytes could be written; some may have been
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Tells the length of the file.
     *
     * @return bytes
     * @throws IOException if the file cannot be asked
     */
    long size() throws IOException;
}
