// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches by reading /proc/PID/stat again and again. */
final class ProcWatch extends AbstractWatch {
    private static final long PERIOD_MILLIS = 20;

    private final ProcessCalls calls;
    private final Semaphore news = new Semaphore(0);

    ProcWatch(ProcessCalls calls) {
        this.calls = calls;
    }

    @Override
    @Nullable
    ProcessRef hold(long pid) {
        return calls.open(pid);
    }

    @Override
    void waitForNews(List<Entry> watched) throws InterruptedException {
        if (watched.isEmpty()) {
            news.acquire();
        } else {
            news.tryAcquire(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
        news.drainPermits();
    }

    @Override
    void wake() {
        news.release();
    }

    @Override
    void release() {
        // Holds nothing.
    }
}
