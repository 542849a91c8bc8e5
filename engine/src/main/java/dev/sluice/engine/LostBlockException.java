// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MapOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A map task's output is damaged or gone; that map task must run again. */
final class LostBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long shuffle;
    private final int mapPartition;
    private final transient @Nullable MapOutput output;

    /** With the output that is damaged, or null if somebody else lost it before. */
    LostBlockException(long shuffle, int mapPartition, @Nullable MapOutput output, Throwable cause) {
        super(
                "map output lost: shuffle=" + shuffle + " map partition=" + mapPartition + ": " + cause.getMessage(),
                cause);
        this.shuffle = shuffle;
        this.mapPartition = mapPartition;
        this.output = output;
    }

    long shuffle() {
        return shuffle;
    }

    int mapPartition() {
        return mapPartition;
    }

    @Nullable
    MapOutput output() {
        return output;
    }
}
