// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

/** Tells the time of events: as the wall clock told it at the start, and never backwards since. */
final class EventClock {
    private static final long OFFSET = System.currentTimeMillis() * 1_000_000 - System.nanoTime();

    private EventClock() {}

    /** {@return the time in nanoseconds since 1970} */
    static long now() {
        return OFFSET + System.nanoTime();
    }
}
