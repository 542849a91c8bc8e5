// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Copies chosen rows of a vector, nested ones by their children. */
final class Gather {
    private Gather() {}

    /**
     * Fills an empty vector.
     *
     * @param from the vector to take from
     * @param rows the rows to take, in order
     * @param to a vector of the same type
     */
    static void rows(FieldVector from, int[] rows, FieldVector to) {
        FieldVector source = Values.storage(from);
        FieldVector target = Values.storage(to);
        target.setInitialCapacity(rows.length);
        target.allocateNew();
        if (source instanceof StructVector struct) {
            struct(struct, rows, (StructVector) target);
        } else if (source instanceof BaseListVector list) {
            list(list, rows, target);
        } else if (!(source instanceof NullVector)) {
            for (int i = 0; i < rows.length; i++) {
                target.copyFromSafe(rows[i], i, source);
            }
        }
        to.setValueCount(rows.length);
    }

    private static void struct(StructVector from, int[] rows, StructVector to) {
        List<FieldVector> children = from.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
            rows(children.get(i), rows, to.getChildrenFromFields().get(i));
        }
        for (int i = 0; i < rows.length; i++) {
            if (from.isNull(rows[i])) {
                to.setNull(i);
            } else {
                to.setIndexDefined(i);
            }
        }
    }

    private static void list(BaseListVector from, int[] rows, FieldVector to) {
        int[] items = new int[Math.max(16, rows.length)];
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
            int start = from.getElementStartIndex(rows[i]);
            // One of fixed size has room for its items also where it is null.
            int length = from.getElementEndIndex(rows[i]) - start;
            boolean isNull = ((FieldVector) from).isNull(rows[i]);
            if (isNull && !(from instanceof FixedSizeListVector)) {
                length = 0;
            }
            set(to, i, isNull, length);
            if (count + length > items.length) {
                items = Arrays.copyOf(items, Math.max(Math.addExact(count, length), items.length * 2));
            }
            for (int item = 0; item < length; item++) {
                items[count++] = start + item;
            }
        }
        rows(
                ((FieldVector) from).getChildrenFromFields().get(0),
                Arrays.copyOf(items, count),
                to.getChildrenFromFields().get(0));
    }

    private static void set(FieldVector to, int row, boolean isNull, int length) {
        if (to instanceof FixedSizeListVector list) {
            if (isNull) {
                list.setNull(row);
            } else {
                list.setNotNull(row);
            }
        } else if (isNull) {
            to.setNull(row);
        } else if (to instanceof LargeListVector list) {
            list.startNewValue(row);
            list.endValue(row, length);
        } else {
            ((ListVector) to).startNewValue(row);
            ((ListVector) to).endValue(row, length);
        }
    }
}
