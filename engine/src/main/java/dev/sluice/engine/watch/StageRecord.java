// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One stage of a {@link JobRecord}, which guards it: how far it is, sums over all attempts, and the latest attempts. */
final class StageRecord {
    /** Failures of one stage that are kept. */
    static final int FAILURES = 20;

    /** Attempts that are noted as running: more than a lease gives to every slot. */
    private static final int RUNNING = 4096;

    private final int number;
    private final long job;
    private final String name;
    private final long begin;
    private final TaskSums sums = new TaskSums();
    private final Set<Long> workers = new HashSet<>(4);
    private final Map<Long, Event.TaskStarted> running = new HashMap<>(4);
    private final Map<Long, Long> starts = new HashMap<>(4);
    private final Deque<TaskRecord> latest = new ArrayDeque<>(4);
    private final Deque<Failure> failures = new ArrayDeque<>(1);
    private int attempt;
    private int tasks;
    private int active;
    private long dataset = -1;
    private long end;

    StageRecord(int number, long job, String name, long time) {
        this.number = number;
        this.job = job;
        this.name = name;
        this.begin = time;
    }

    int number() {
        return number;
    }

    void planned(int count, long computed) {
        tasks = count;
        dataset = computed;
    }

    void startAgain() {
        attempt++;
    }

    void end(long time) {
        if (active()) {
            end = Math.max(begin, time);
            running.clear();
            starts.clear();
        }
    }

    boolean active() {
        return end == 0;
    }

    void started(Event.TaskStarted task, long time) {
        active++;
        if (running.size() < RUNNING) {
            running.put(key(task.partition(), task.attempt()), task);
            starts.put(key(task.partition(), task.attempt()), time);
        }
    }

    /** Notes an attempt's end; returns what is to be kept of it. */
    TaskRecord ended(Event.TaskEnded task, long time) {
        sums.add(task);
        Long given = starts.remove(key(task.partition(), task.attempt()));
        running.remove(key(task.partition(), task.attempt()));
        if (task.pid() != 0) {
            // Without a worker there was no start.
            active--;
            workers.add(task.pid());
        }
        TaskRecord record = TaskRecord.of(this, task, given == null ? 0 : given, time);
        latest.addLast(record);
        return record;
    }

    private static long key(int partition, int attempt) {
        return ((long) partition << 32) | attempt;
    }

    /** Lets go of the attempt that ended first. */
    void forgetOldest() {
        latest.pollFirst();
    }

    void failed(Failure failure) {
        failures.addLast(failure);
        if (failures.size() > FAILURES) {
            failures.removeFirst();
        }
    }

    int runningTasks() {
        return active() ? Math.max(0, active) : 0;
    }

    /** How far it is. */
    Map<String, Object> status() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("attempt", attempt);
        described.put("name", name);
        described.put("tasks", tasks);
        described.put("active", runningTasks());
        described.put("completed", sums.count(Event.Outcome.SUCCEEDED));
        described.put("failed", sums.count(Event.Outcome.FAILED) + sums.count(Event.Outcome.LOST));
        return described;
    }

    /** What its tasks came to. */
    Map<String, Object> summary() {
        Times times = sums.times();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("stage", number);
        described.put("tasks", tasks);
        described.put("retries", sums.retries());
        described.put("succeeded", sums.count(Event.Outcome.SUCCEEDED));
        described.put("failed", sums.count(Event.Outcome.FAILED));
        described.put("lost", sums.count(Event.Outcome.LOST));
        described.put("cancelled", sums.count(Event.Outcome.CANCELLED));
        described.put("wallNanos", active() ? 0 : end - begin);
        described.put("runNanos", times.run());
        described.put("waitingNanos", times.waiting());
        described.put("unpicklingNanos", times.unpickling());
        described.put("userNanos", times.user());
        described.put("picklingNanos", times.pickling());
        described.put("spillingNanos", times.spilling());
        described.put("memoryBytesSpilled", sums.memoryBytesSpilled());
        described.put("diskBytesSpilled", sums.diskBytesSpilled());
        described.put("bytes", sums.bytes());
        described.put("records", sums.records());
        described.put("workers", workers.size());
        return described;
    }

    StageView view() {
        return new StageView(
                number,
                job,
                name,
                dataset,
                active() ? "RUNNING" : "ENDED",
                begin,
                end,
                attempt,
                tasks,
                runningTasks(),
                sums.count(Event.Outcome.SUCCEEDED),
                sums.count(Event.Outcome.FAILED),
                sums.count(Event.Outcome.LOST),
                sums.count(Event.Outcome.CANCELLED),
                sums.retries(),
                sums.times(),
                sums.memoryBytesSpilled(),
                sums.diskBytesSpilled(),
                sums.bytes(),
                sums.records(),
                workers.size(),
                List.copyOf(failures));
    }

    /** The attempts that run, then those that are kept of the ones that ended, the latest first. */
    List<TaskView> tasks() {
        List<TaskView> views = new ArrayList<>();
        latest.forEach(record -> views.add(record.view()));
        running.forEach((key, task) -> views.add(new TaskView(
                task.partition(),
                task.attempt(),
                task.pid(),
                "RUNNING",
                starts.getOrDefault(key, begin),
                0,
                Times.NONE,
                0,
                0,
                0)));
        Collections.reverse(views);
        return views;
    }
}
