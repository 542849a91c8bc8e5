// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt that ended well has made. Whoever takes it frees it, or keeps it.
 *
 * @param cached the partitions to be kept, in the order of {@link TaskTree#keeps}; null for one that had no room
 * @param shuffled what it wrote to a shuffle, if it wrote to one
 * @param result its result, if it did not
 */
public record TaskMade(
        List<@Nullable MapOutput> cached,
        @Nullable MapOutput shuffled,
        @Nullable ResultOutput result) implements AutoCloseable {
    /** Frees all of it. Idempotent. */
    @Override
    public void close() {
        cached.stream().filter(Objects::nonNull).forEach(MapOutput::close);
        if (shuffled != null) {
            shuffled.close();
        }
        if (result != null) {
            result.close();
        }
    }
}
