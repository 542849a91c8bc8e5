// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.spill.MemoryBudget;
import java.util.concurrent.atomic.AtomicLong;

/** A budget that tells how much of it is in use. */
final class CountingBudget implements MemoryBudget {
    private final long limit;
    private final MemoryBudget budget;
    private final AtomicLong used = new AtomicLong();

    CountingBudget(long limit) {
        this.limit = limit;
        this.budget = MemoryBudget.of(limit);
    }

    long limit() {
        return limit;
    }

    long used() {
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
