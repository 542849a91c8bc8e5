// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

/**
 * Memory that many tasks share. It never blocks: it grants less than was asked for, down to nothing, and then the caller
 * spills. Waiting for memory is left out on purpose, because a task that waits while it holds memory can wait for ever.
 * In tests use {@link #of(long)} with a small limit, or a class that counts.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface MemoryBudget {

    /**
     * Asks for memory.
     *
     * @param bytes how much is wanted, at least 0
     * @return how much is granted, from 0 to {@code bytes}; the caller owes exactly this to {@link #release}
     */
    long tryAcquire(long bytes);

    /**
     * Gives memory back.
     *
     * @param bytes at most what the caller still holds
     */
    void release(long bytes);

    /**
     * A budget of a fixed size, first come first served.
     *
     * @param limit bytes in all, at least 0
     * @return a new budget
     */
    static MemoryBudget of(long limit) {
        return new FixedBudget(limit);
    }
}
