// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.serializer;

/**
 * The numbers of the classic stream format.
 *
 * <pre>
 *  a field of variable length                 a special, in place of a length
 *  +-----------------+------------------+     +-----------------+
 *  | length, 4 bytes | length bytes     |     | -1 .. -5        |
 *  | big-endian, >=0 |                  |     | 4 bytes         |
 *  +-----------------+------------------+     +-----------------+
 *
 *  int: 4 bytes, long: 8 bytes, both big-endian and signed; bool: 1 byte, 0 or 1
 * </pre>
 */
public final class ClassicFormat {
    /** Ends a section: what follows is of another kind. */
    public static final int END_OF_SECTION = -1;

    /** A field with the text of a Python exception follows. */
    public static final int EXCEPTION = -2;

    /** Times of the task follow. */
    public static final int TIMING = -3;

    /** Ends the stream. */
    public static final int END_OF_STREAM = -4;

    /** Stands for Python's {@code None} where a field could be. */
    public static final int NONE = -5;

    /** Bytes of a length or a special. */
    public static final int LENGTH_BYTES = 4;

    private ClassicFormat() {}

    /**
     * Tells whether a number in place of a length is a special.
     *
     * @param length what was read
     * @return true for -1 to -5
     */
    public static boolean isSpecial(int length) {
        return length <= END_OF_SECTION && length >= NONE;
    }
}
