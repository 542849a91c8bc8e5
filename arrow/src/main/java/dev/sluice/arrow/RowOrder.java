// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Compares rows by the columns of sort keys. */
final class RowOrder {
    private final List<SortKey> keys;

    RowOrder(List<SortKey> keys) {
        this.keys = keys;
    }

    /** Compares a row of some columns with a row of others; columns are in the order of the keys. */
    int compare(List<FieldVector> left, int leftRow, List<FieldVector> right, int rightRow) {
        for (int i = 0; i < keys.size(); i++) {
            int found = compare(keys.get(i), left.get(i), leftRow, right.get(i), rightRow);
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    private static int compare(SortKey key, FieldVector left, int leftRow, FieldVector right, int rightRow) {
        boolean leftNull = left.isNull(leftRow);
        if (leftNull || right.isNull(rightRow)) {
            if (leftNull && right.isNull(rightRow)) {
                return 0;
            }
            return leftNull == key.nullsLast() ? 1 : -1;
        }
        int found =
                Values.compare(left, leftRow, right, rightRow, left.getField().getType());
        return key.descending() ? -Integer.signum(found) : found;
    }
}
