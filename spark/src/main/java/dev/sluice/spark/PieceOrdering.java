// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.io.Serializable;
import scala.math.Ordering;

/** The order of pieces, as Spark's shuffle takes it. */
final class PieceOrdering implements Ordering<PieceKey>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(PieceKey one, PieceKey other) {
        return one.compareTo(other);
    }
}
