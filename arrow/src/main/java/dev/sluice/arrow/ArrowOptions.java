// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

/**
 * How much travels at once.
 *
 * @param batchBytes the longest batch, in bytes; longer ones are cut, down to one row
 * @param inlineBytes batches up to this many bytes go through the socket, longer ones through files
 * @param aheadBytes bytes of files that a worker may be ahead of whoever reads its results; one batch may be longer
 */
public record ArrowOptions(long batchBytes, long inlineBytes, long aheadBytes) {
    /** What is good for most: batches that stay in the processor's caches. */
    public static final ArrowOptions DEFAULT = new ArrowOptions(8L << 20, 32L << 10, 64L << 20);

    private static final long MAX_INLINE = 4L << 20;
    private static final long MAX_BATCH = 1L << 30;

    /**
     * Checks the bounds.
     *
     * @param batchBytes from 1 to 1 GiB
     * @param inlineBytes from 0, which sends everything in files, to 4 MiB
     * @param aheadBytes from 0, with which a worker waits until each file is taken
     * @throws IllegalArgumentException if one is out of its range
     */
    public ArrowOptions {
        check("batchBytes", batchBytes, 1, MAX_BATCH);
        check("inlineBytes", inlineBytes, 0, MAX_INLINE);
        check("aheadBytes", aheadBytes, 0, Long.MAX_VALUE);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + "=" + value + " is not from " + least + " to " + most);
        }
    }
}
