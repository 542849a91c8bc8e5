// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Slots that are threads of this process: each waits for work by itself. Guarded by the engine's lock. */
final class WaitingSlots implements Slots {
    private final Condition work;
    private final int count;
    private int idle;

    WaitingSlots(ReentrantLock lock, int count) {
        this.work = lock.newCondition();
        this.count = count;
    }

    @Override
    public int idle() {
        return idle;
    }

    /** Waits until there may be something to do, or {@code nanos} have passed; 0 for no limit. A waiter asks again. */
    @SuppressWarnings("WaitNotInLoop")
    void await(long nanos) throws InterruptedException {
        idle++;
        try {
            if (nanos > 0) {
                work.awaitNanos(nanos);
            } else {
                work.awaitUninterruptibly();
            }
        } finally {
            idle--;
        }
    }

    /** Wakes no more slots than there are tasks: one that finds nothing costs as much as a small task. */
    @Override
    public void wake(int tasks) {
        for (int i = Math.min(tasks, count); i > 0; i--) {
            work.signal();
        }
    }

    @Override
    public void wakeAll() {
        work.signalAll();
    }
}
