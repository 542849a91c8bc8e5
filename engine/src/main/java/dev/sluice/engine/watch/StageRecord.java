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

    /** Workers that are known apart; one more that is seen again is counted again, which needs so many to die. */
    private static final int WORKERS = 200;

    /** Attempts that are noted as running: more than a lease gives to every slot. */
    private static final int RUNNING = 4096;

    private final int number;
    private final long job;
    private final String name;
    private final long begin;
    private final TaskSums sums = new TaskSums();
    private final Set<Long> workers = new HashSet<>(4);
    private final Map<Long, Given> running = new HashMap<>(4);
    private final Deque<TaskRecord> latest = new ArrayDeque<>(4);
    private final Deque<Failure> failures = new ArrayDeque<>(1);
    private int furtherWorkers;
    private int attempt;
    private int tasks;
    private int active;
    private long dataset = -1;
    private long end;

    /** An attempt that runs, and since when. */
    record Given(Event.TaskStarted task, long time) {}

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
        }
    }

    boolean active() {
        return end == 0;
    }

    void started(Event.TaskStarted task, long time) {
        active++;
        if (running.size() < RUNNING) {
            running.put(key(task.partition(), task.attempt()), new Given(task, time));
        }
    }

    /** Notes an attempt's end; returns what is to be kept of it. */
    TaskRecord ended(Event.TaskEnded task, long time) {
        sums.add(task);
        Given given = running.remove(key(task.partition(), task.attempt()));
        if (task.pid() != 0) {
            // Without a worker there was no start.
            active--;
            worker(task.pid());
        }
        TaskRecord record = new TaskRecord(task, given == null ? 0 : given.time(), time);
        latest.addLast(record);
        return record;
    }

    private void worker(long pid) {
        if (workers.size() < WORKERS) {
            workers.add(pid);
        } else if (!workers.contains(pid)) {
            furtherWorkers++;
        }
    }

    private int workers() {
        return workers.size() + furtherWorkers;
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

    /** Lets go of a failure, if it is still kept. */
    void forget(Failure failure) {
        if (failure.equals(failures.peekFirst())) {
            failures.removeFirst();
        }
    }

    int runningTasks() {
        return active() ? Math.max(0, active) : 0;
    }

    private int count(Event.Outcome outcome) {
        return (int) sums.count(outcome);
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
        Times times = sums.times();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("stage", number);
        described.put("tasks", tasks);
        described.put("retries", (int) sums.retries());
        described.put("succeeded", count(Event.Outcome.SUCCEEDED));
        described.put("failed", count(Event.Outcome.FAILED));
        described.put("lost", count(Event.Outcome.LOST));
        described.put("cancelled", count(Event.Outcome.CANCELLED));
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
        described.put("workers", workers());
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
                count(Event.Outcome.SUCCEEDED),
                count(Event.Outcome.FAILED),
                count(Event.Outcome.LOST),
                count(Event.Outcome.CANCELLED),
                (int) sums.retries(),
                sums.times(),
                sums.memoryBytesSpilled(),
                sums.diskBytesSpilled(),
                sums.bytes(),
                sums.records(),
                workers(),
                List.copyOf(failures));
    }

    /** The attempts that run, then those that are kept of the ones that ended, the latest first. */
    Tasks tasks() {
        return new Tasks(List.copyOf(running.values()), List.copyOf(latest));
    }

    /** Attempts as they were at one moment: their views are many and are made of this without the history's lock. */
    record Tasks(List<Given> running, List<TaskRecord> ended) {
        List<TaskView> views() {
            List<TaskView> views = new ArrayList<>(running.size() + ended.size());
            ended.forEach(record -> views.add(record.view()));
            for (Given given : running) {
                Event.TaskStarted task = given.task();
                views.add(new TaskView(
                        task.partition(), task.attempt(), task.pid(), "RUNNING", given.time(), 0, Times.NONE, 0, 0, 0));
            }
            Collections.reverse(views);
            return views;
        }
    }
}
