// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

/**
 * A column that ranges are made by.
 *
 * @param column its name
 * @param descending whether large values come first
 * @param nullsLast whether nulls come last
 */
public record SortKey(String column, boolean descending, boolean nullsLast) {
    /**
     * Orders by a column from small to large, nulls first, as SQL does in Spark.
     *
     * @param column its name
     * @return the key
     */
    public static SortKey ascending(String column) {
        return new SortKey(column, false, false);
    }
}
