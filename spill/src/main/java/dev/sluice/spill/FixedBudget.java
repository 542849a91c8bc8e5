// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.util.concurrent.atomic.AtomicLong;

/** A number that goes down and up again, never below zero and never above where it started. */
final class FixedBudget implements MemoryBudget {
    /** Grants nothing. */
    static final MemoryBudget NOTHING = new FixedBudget(0);

    private final long limit;
    private final AtomicLong free;

    FixedBudget(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("memory limit is negative: limit=" + limit);
        }
        this.limit = limit;
        this.free = new AtomicLong(limit);
    }

    @Override
    public long tryAcquire(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot acquire a negative amount: bytes=" + bytes);
        }
        while (true) {
            long now = free.get();
            long granted = Math.min(now, bytes);
            if (free.compareAndSet(now, now - granted)) {
                return granted;
            }
        }
    }

    @Override
    public void release(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot release a negative amount: bytes=" + bytes);
        }
        while (true) {
            long now = free.get();
            if (bytes > limit - now) {
                throw new IllegalStateException(
                        "more memory released than acquired: bytes=" + bytes + " held=" + (limit - now));
            }
            if (free.compareAndSet(now, now + bytes)) {
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "MemoryBudget[free=" + free.get() + ", limit=" + limit + "]";
    }
}
