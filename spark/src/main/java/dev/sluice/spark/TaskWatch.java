// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks after tasks that Spark gives up: it only sets a mark, which a thread that waits for a worker does not see. One
 * thread an executor; the oldest Spark that we run on cannot tell of it by itself.
 */
final class TaskWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 20;

    private final Set<LiveTask> tasks = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-task-watch");
        thread.setDaemon(true);
        return thread;
    });

    TaskWatch() {
        timer.scheduleWithFixedDelay(
                () -> tasks.removeIf(LiveTask::killIfInterrupted), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    void watch(LiveTask task) {
        tasks.add(task);
    }

    void forget(LiveTask task) {
        tasks.remove(task);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
