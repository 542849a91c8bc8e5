// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, some at a time. It has no way to go back or to ask for a size of chunk; where one chunk ends means nothing. For
 * tests, {@code List.of(...).iterator()::next} comes close.
 */
public interface ChunkReader extends AutoCloseable {

    /**
     * Takes the next bytes. What it returns was verified, and null is returned only after length and checksum of the
     * whole were verified too.
     *
     * @return a read-only, not empty buffer that is valid until the next call, or null at the end
     * @throws UnreadableRunException if the bytes are damaged or gone
     */
    @Nullable
    ByteBuffer next();

    /** Closes the file, if there is one; closing again does nothing. */
    @Override
    void close();
}
