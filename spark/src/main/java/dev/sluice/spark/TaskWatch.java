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
final class TaskWatch {
    private static final long PERIOD_MILLIS = 20;
    private static final Set<LiveTask> TASKS = ConcurrentHashMap.newKeySet();

    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-task-watch");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.scheduleWithFixedDelay(
                () -> TASKS.removeIf(LiveTask::killIfInterrupted), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private TaskWatch() {}

    static void watch(LiveTask task) {
        TASKS.add(task);
    }

    static void forget(LiveTask task) {
        TASKS.remove(task);
    }
}
