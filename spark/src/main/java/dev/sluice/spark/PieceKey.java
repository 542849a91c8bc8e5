// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a piece of map output belongs. Reducers sort by it, so that they read map outputs in the order of the map
 * partitions, whichever executor's Spark fetches first.
 *
 * @param reducer the partition of the shuffle
 * @param map the partition that wrote it
 * @param number how many pieces that wrote before
 */
record PieceKey(int reducer, int map, int number) implements Comparable<PieceKey>, Serializable {
    private static final Comparator<PieceKey> ORDER =
            Comparator.comparingInt(PieceKey::map).thenComparingInt(PieceKey::number);

    /** Within one partition of the shuffle. */
    @Override
    public int compareTo(PieceKey other) {
        return ORDER.compare(this, other);
    }
}
