// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

/**
 * How long an executor has said nothing, in looks that found no news since the one before. A clock would go on while this
 * process is stopped or swapped out, and put that down to executors whose news just was not read.
 */
final class Silence {
    /** At first, that it has come. */
    private volatile boolean heard = true;
    /** For who looks only. */
    private int looks;

    /** Notes that it has said something. */
    void heard() {
        heard = true;
    }

    /** Looks; returns how many looks, with this one, have found nothing one after the other. */
    int look() {
        looks = heard ? 0 : looks + 1;
        heard = false;
        return looks;
    }
}
