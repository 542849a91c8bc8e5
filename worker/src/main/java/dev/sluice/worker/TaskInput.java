// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stream of bytes for a task, read in pieces as the worker asks for them. It has no length: a worker may stop early.
 * To test with it, implement it over an array.
 */
public interface TaskInput extends Closeable {
    /**
     * Returns the next piece.
     *
     * @return at most a few MiB; empty at the end
     * @throws IOException if the bytes cannot be had, or are damaged
     */
    ByteBuffer next() throws IOException;

    /**
     * Tells whether all pieces were returned; may be false at the end of a stream whose length is not known.
     *
     * @return true if {@link #next} would return an empty piece
     */
    boolean exhausted();
}
