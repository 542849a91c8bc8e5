// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

/**
 * An amount of memory, absolute or as a fraction of what the machine has.
 *
 * @param fraction above 0 and at most 1, or 0 if the amount is absolute
 * @param bytes the absolute amount, or 0 if it is a fraction
 */
public record MemoryAmount(double fraction, long bytes) {
    /**
     * Resolves the amount on a machine.
     *
     * @param available bytes that the machine has for this process
     * @return the amount in bytes; an absolute amount is returned as it is, also if the machine has less
     */
    public long of(long available) {
        return fraction > 0 ? (long) (fraction * available) : bytes;
    }

    static MemoryAmount parse(String text) {
        if (!text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1))) {
            long bytes = Quantity.bytes(text);
            if (bytes == 0) {
                throw new IllegalArgumentException("no memory at all");
            }
            return new MemoryAmount(0, bytes);
        }
        return new MemoryAmount(Quantity.fraction(text), 0);
    }
}
