// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Steps that are done one after the other, on any thread; those of another queue do not wait for them. */
final class StepQueue {
    private final Executor threads;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    StepQueue(Executor threads) {
        this.threads = threads;
    }

    /** Does a step after all that were added before. */
    synchronized void add(Runnable step) {
        waiting.add(step);
        if (busy) {
            return;
        }
        try {
            threads.execute(this::run);
            busy = true;
        } catch (RejectedExecutionException e) {
            // The executor ends, and all of this with it.
        }
    }

    private void run() {
        for (Runnable step = next(); step != null; step = next()) {
            try {
                step.run();
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(StepQueue.class).warn("a step of a program failed", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable step = waiting.poll();
        busy = step != null;
        return step;
    }
}
