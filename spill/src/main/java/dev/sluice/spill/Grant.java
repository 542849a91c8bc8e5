// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

/**
 * What one consumer holds of a budget. It asks in grains, so that the shared counter is not touched for every chunk, and
 * may always use a floor that the budget does not know of: with nothing granted at all, work still goes on, in runs that
 * are not absurdly small. Not safe for use by several threads.
 */
final class Grant {
    private final MemoryBudget budget;
    private final long floor;
    private final long grain;
    private long held;
    private long used;

    Grant(MemoryBudget budget, long floor, long grain) {
        this.budget = budget;
        this.floor = floor;
        this.grain = grain;
    }

    /** Takes {@code bytes} if the budget, or the floor, allows; a refusal changes nothing that the caller can see. */
    boolean take(long bytes) {
        if (used + bytes > held) {
            held += budget.tryAcquire(Math.max(used + bytes - held, grain));
        }
        if (used + bytes > Math.max(held, floor)) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Makes {@code total} what is used, if the budget, or the floor, allows. */
    boolean reserve(long total) {
        if (total > held) {
            held += budget.tryAcquire(Math.max(total - held, grain));
        }
        if (total > Math.max(held, floor)) {
            return false;
        }
        used = total;
        return true;
    }

    long used() {
        return used;
    }

    /**
     * Makes what is held exactly what is used, for a result that will only be read from now on.
     *
     * @return false if the budget does not grant what the floor provided until now
     */
    boolean settle() {
        if (used > held) {
            held += budget.tryAcquire(used - held);
        }
        long surplus = Math.max(0, held - used);
        held -= surplus;
        budget.release(surplus);
        return used == held;
    }

    /** Gives everything back; calling it again does nothing. */
    void releaseAll() {
        long all = held;
        held = 0;
        used = 0;
        if (all > 0) {
            budget.release(all);
        }
    }
}
