// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Turns values into bytes and back. It needs no lengths or separators of its own and never sees null; {@link Serializers}
 * has common ones. To test one: write, read, compare; the aggregator checks that it reads what it wrote, to the byte.
 *
 * @param <T> what it serializes
 */
public interface Serializer<T> {

    /**
     * Writes one value.
     *
     * @param value not null
     * @param out receives the bytes
     * @throws IOException only if {@code out} throws it
     */
    void write(T value, DataOutput out) throws IOException;

    /**
     * Reads one value.
     *
     * @param in holds what {@link #write} wrote, and no more
     * @return an equal value
     * @throws IOException if the bytes cannot be understood
     */
    T read(DataInput in) throws IOException;
}
