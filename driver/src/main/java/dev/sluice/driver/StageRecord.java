// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import dev.sluice.worker.TaskMetrics;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One stage of a {@link JobRecord}: how far it is, and sums over the attempts at its tasks. */
final class StageRecord {
    private final int number;
    private final String name;
    private final long begin = System.nanoTime();
    private final Map<Event.Outcome, Integer> outcomes = new EnumMap<>(Event.Outcome.class);
    private final Set<Long> workers = new HashSet<>(4);
    private int attempt;
    private int tasks;
    private int running;
    private int retries;
    private long nanos = -1;
    private long run;
    private long waiting;
    private long unpickling;
    private long user;
    private long pickling;
    private long spilling;
    private long memoryBytesSpilled;
    private long diskBytesSpilled;
    private long bytes;
    private long records;

    StageRecord(int number, String name) {
        this.number = number;
        this.name = name;
    }

    int number() {
        return number;
    }

    void planned(int count) {
        tasks = count;
    }

    void startAgain() {
        attempt++;
    }

    void end() {
        if (active()) {
            nanos = Math.max(0, System.nanoTime() - begin);
        }
    }

    boolean active() {
        return nanos < 0;
    }

    void started() {
        running++;
    }

    void ended(Event.TaskEnded task) {
        outcomes.merge(task.outcome(), 1, Integer::sum);
        retries += task.attempt() > 0 ? 1 : 0;
        if (task.pid() != 0) {
            // Without a worker there was no start.
            running--;
            workers.add(task.pid());
        }
        TaskMetrics metrics = task.metrics();
        run += metrics.runNanos();
        waiting += metrics.waitingNanos();
        unpickling += metrics.unpicklingNanos();
        user += metrics.userNanos();
        pickling += metrics.picklingNanos();
        spilling += metrics.spillingNanos();
        memoryBytesSpilled += metrics.memoryBytesSpilled();
        diskBytesSpilled += metrics.diskBytesSpilled();
        bytes += task.bytes();
        records += task.records();
    }

    int runningTasks() {
        return active() ? Math.max(0, running) : 0;
    }

    private int count(Event.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0);
    }

    /** How far it is. */
    Map<String, Object> status() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("attempt", attempt);
        described.put("name", name);
        described.put("tasks", tasks);
        described.put("active", runningTasks());
        described.put("completed", count(Event.Outcome.SUCCEEDED));
        described.put("failed", count(Event.Outcome.FAILED) + count(Event.Outcome.LOST));
        return described;
    }

    /** What its tasks came to. */
    Map<String, Object> summary() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("stage", number);
        described.put("tasks", tasks);
        described.put("retries", retries);
        described.put("succeeded", count(Event.Outcome.SUCCEEDED));
        described.put("failed", count(Event.Outcome.FAILED));
        described.put("lost", count(Event.Outcome.LOST));
        described.put("cancelled", count(Event.Outcome.CANCELLED));
        described.put("wallNanos", Math.max(0, nanos));
        described.put("runNanos", run);
        described.put("waitingNanos", waiting);
        described.put("unpicklingNanos", unpickling);
        described.put("userNanos", user);
        described.put("picklingNanos", pickling);
        described.put("spillingNanos", spilling);
        described.put("memoryBytesSpilled", memoryBytesSpilled);
        described.put("diskBytesSpilled", diskBytesSpilled);
        described.put("bytes", bytes);
        described.put("records", records);
        described.put("workers", workers.size());
        return described;
    }
}
