// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.io.IOException;

/** A map task's output is damaged or gone; that map task must run again. */
final class LostBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long shuffle;
    private final int mapPartition;

    LostBlockException(long shuffle, int mapPartition, Throwable cause) {
        super(
                "map output lost: shuffle=" + shuffle + " map partition=" + mapPartition + ": " + cause.getMessage(),
                cause);
        this.shuffle = shuffle;
        this.mapPartition = mapPartition;
    }

    long shuffle() {
        return shuffle;
    }

    int mapPartition() {
        return mapPartition;
    }
}
