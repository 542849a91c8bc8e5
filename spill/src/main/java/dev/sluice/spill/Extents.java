// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.Arrays;

/** Ranges of a scratch file in the order in which they were written; two that touch become one. */
final class Extents {
    // Pairs of offset and length: a run of many small partitions has many of them, so no objects.
    private long[] pairs = new long[2];
    private int size;

    void add(long offset, long length) {
        if (length == 0) {
            return;
        }
        if (size > 0 && pairs[size - 2] + pairs[size - 1] == offset) {
            pairs[size - 1] += length;
            return;
        }
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, size * 2);
        }
        pairs[size++] = offset;
        pairs[size++] = length;
    }

    int count() {
        return size / 2;
    }

    long offset(int i) {
        return pairs[2 * i];
    }

    long length(int i) {
        return pairs[2 * i + 1];
    }

    /** Bytes in all. */
    long total() {
        long total = 0;
        for (int i = 1; i < size; i += 2) {
            total += pairs[i];
        }
        return total;
    }
}
