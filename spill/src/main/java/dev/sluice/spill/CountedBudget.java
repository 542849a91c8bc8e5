// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.concurrent.atomic.AtomicLong;

/** A budget that tells how much of it is in use. Thread-safe. */
public final class CountedBudget implements MemoryBudget {
    private final long limit;
    private final MemoryBudget budget;
    private final AtomicLong used = new AtomicLong();

    /**
     * Makes a budget of which nothing is in use.
     *
     * @param limit bytes
     */
    public CountedBudget(long limit) {
        this.limit = limit;
        this.budget = MemoryBudget.of(limit);
    }

    /** {@return bytes in all} */
    public long limit() {
        return limit;
    }

    /** {@return bytes that are in use} */
    public long used() {
        return used.get();
    }

    @Override
    public long tryAcquire(long bytes) {
        long granted = budget.tryAcquire(bytes);
        used.addAndGet(granted);
        return granted;
    }

    @Override
    public void release(long bytes) {
        budget.release(bytes);
        used.addAndGet(-bytes);
    }
}
