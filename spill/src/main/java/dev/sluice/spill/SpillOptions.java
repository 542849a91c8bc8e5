// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;

/**
 * Sizes that rarely need a change, and the codec of what goes to disk.
 *
 * @param blockBytes payload of one checksummed block on disk and of one memory segment, 1 to 1 MiB
 * @param floorBytes memory that a writer may use though the budget grants nothing, at least {@code blockBytes} plus 64
 * @param grainBytes how much is asked of the budget at once, at least 1
 * @param codec compresses each block that gets smaller by it
 */
public record SpillOptions(int blockBytes, long floorBytes, long grainBytes, Codec codec) {
    /**
     * Checks the ranges.
     *
     * @param blockBytes 1 to 1 MiB
     * @param floorBytes at least {@code blockBytes} plus 64
     * @param grainBytes at least 1
     * @param codec any
     * @throws IllegalArgumentException if a number is out of its range
     */
    public SpillOptions {
        if (blockBytes < 1 || blockBytes > RunFormat.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "block size out of range: blockBytes=" + blockBytes + " allowed=1.." + RunFormat.MAX_BLOCK_BYTES);
        }
        if (floorBytes < blockBytes + Segments.OVERHEAD) {
            throw new IllegalArgumentException(
                    "floor holds no block: floorBytes=" + floorBytes + " least=" + (blockBytes + Segments.OVERHEAD));
        }
        if (grainBytes < 1) {
            throw new IllegalArgumentException("grain is not positive: grainBytes=" + grainBytes);
        }
    }

    /**
     * Blocks of 64 KiB, a floor of 1 MiB, grains of 1 MiB, no compression.
     *
     * @return the defaults
     */
    public static SpillOptions defaults() {
        return new SpillOptions(64 << 10, 1 << 20, 1 << 20, Codecs.none());
    }

    /**
     * The same sizes with another codec.
     *
     * @param other the codec
     * @return new options
     */
    public SpillOptions with(Codec other) {
        return new SpillOptions(blockBytes, floorBytes, grainBytes, other);
    }
}
