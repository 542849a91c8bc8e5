// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workers of a {@link JobHistory}, which guards them; of those that ended, the latest. */
final class WorkerRecords {
    /** Workers that are remembered, beside those that live. */
    static final int REMEMBERED = 200;

    /** Workers that may be taken for living: the end of one is not told if its parent ended first. */
    private static final int LIVING = 1000;

    private final Map<Long, Worker> living = new LinkedHashMap<>();
    private final Map<Long, Worker> gone = new LinkedHashMap<>();

    void started(Event.WorkerStarted event, long time) {
        // The kernel uses numbers again.
        gone.remove(event.pid());
        Worker worker = worker(event.pid(), time);
        worker.parent = event.parent();
    }

    /** Returns whether it was a worker: what forks workers ends as well. */
    boolean ended(Event.WorkerEnded event, long time) {
        Worker worker = living.remove(event.pid());
        if (worker != null) {
            worker.end = time;
            worker.how = event.how();
            worker.running = 0;
            gone.put(event.pid(), worker);
            if (gone.size() > REMEMBERED) {
                gone.remove(gone.keySet().iterator().next());
            }
        }
        return worker != null;
    }

    void taskStarted(long pid, long time) {
        worker(pid, time).running++;
    }

    void taskEnded(Event.TaskEnded task, long time) {
        if (task.pid() == 0) {
            return;
        }
        // The death of a worker may be told before the end of the task that it took along.
        Worker worker = gone.containsKey(task.pid()) ? gone.get(task.pid()) : worker(task.pid(), time);
        worker.running = Math.max(0, worker.running - 1);
        worker.tasks++;
        worker.failed += task.outcome() == Event.Outcome.FAILED ? 1 : 0;
        worker.run += task.metrics().runNanos();
    }

    void failed(Failure failure) {
        Worker worker = living.getOrDefault(failure.pid(), gone.get(failure.pid()));
        if (worker != null) {
            worker.lastError = failure;
        }
    }

    private Worker worker(long pid, long time) {
        if (living.size() > LIVING) {
            ended(new Event.WorkerEnded(living.keySet().iterator().next(), "not known"), time);
        }
        return living.computeIfAbsent(pid, unused -> new Worker(pid, time));
    }

    /** Those that live, then those that ended, the latest first. */
    List<WorkerView> views() {
        List<WorkerView> views = new ArrayList<>();
        living.values().forEach(worker -> views.add(worker.view()));
        int first = views.size();
        gone.values().forEach(worker -> views.add(first, worker.view()));
        return views;
    }

    void clear() {
        living.clear();
        gone.clear();
    }

    private static final class Worker {
        private final long pid;
        private final long begin;
        private long parent;
        private long end;
        private String how = "";
        private int running;
        private long tasks;
        private long failed;
        private long run;
        private @Nullable Failure lastError;

        Worker(long pid, long begin) {
            this.pid = pid;
            this.begin = begin;
        }

        WorkerView view() {
            return new WorkerView(pid, parent, begin, end, how, running, tasks, failed, run, lastError);
        }
    }
}
