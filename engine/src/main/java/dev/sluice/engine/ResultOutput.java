// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the result of one attempt at a task. For one thread; {@link #close} may come from any. */
public interface ResultOutput extends AutoCloseable {
    /**
     * Takes the next piece.
     *
     * @param piece bytes that are valid until this call returns
     * @throws IOException if it cannot be kept, or nobody reads it any more
     */
    void append(ByteBuffer piece) throws IOException;

    /**
     * Says that it is whole.
     *
     * @param bytes how many were to be appended
     * @param records items in them
     */
    void complete(long bytes, long records);

    /** Frees what was appended, unless it was handed on. Idempotent. */
    @Override
    void close();
}
