// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.pickle;

import dev.sluice.core.CorruptDataException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a pickle makes the reader allocate or walk over. A byte of a pickle can make an object of eighty, and two
 * can copy a megabyte that was read before, so that the length alone bounds nothing.
 */
final class Budget {
    /** What one instruction costs at most besides its own bytes: an empty container, its place on the stack, a memo. */
    static final int INSTRUCTION = 80;

    private final long limit;
    private long left;

    Budget(long limit) {
        this.limit = limit;
        this.left = limit;
    }

    void charge(long amount) {
        left -= amount;
        if (left < 0) {
            throw new CorruptDataException("pickle needs too much memory: limit=" + limit + " bytes");
        }
    }

    /** Charges for reading a value as a whole: to copy it, to hash it, to compare it. */
    void chargeWalk(@Nullable Object value) {
        if (value instanceof String text) {
            charge(2L * text.length());
        } else if (value instanceof byte[] bytes) {
            charge(bytes.length);
        } else if (value instanceof Object[] items) {
            charge(8L * items.length);
        } else if (value instanceof Collection<?> items) {
            charge(48L * items.size());
        } else if (value instanceof Map<?, ?> map) {
            charge(48L * map.size());
        } else if (value instanceof BigInteger number) {
            charge(number.bitLength() / 8);
        }
    }
}
