// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of the latest jobs and stages, for a driver's status tracker and its summaries: made of events and nothing
 * else. Thread-safe. Events of one stage may come out of order, from several threads.
 */
final class JobHistory implements Consumer<Event> {
    /** Jobs, and stages, that are remembered: the oldest job that has ended goes, with its stages. */
    static final int REMEMBERED = 1000;

    /** The jobs that ended last and can be summed up. */
    static final int SUMMED_UP = 100;

    private final Map<Long, JobRecord> jobs = new LinkedHashMap<>();
    private final Map<Integer, StageRecord> stages = new LinkedHashMap<>();
    private final Deque<JobRecord> ended = new ArrayDeque<>();

    @Override
    public synchronized void accept(Event event) {
        if (event instanceof Event.JobStarted started) {
            jobs.put(started.job(), new JobRecord(started.job(), started.properties()));
            forgetOld();
        } else if (event instanceof Event.JobEnded over) {
            JobRecord job = running(over.job());
            if (job != null) {
                job.end(over.succeeded());
                ended.add(job);
                if (ended.size() > SUMMED_UP) {
                    ended.remove();
                }
            }
        } else if (event instanceof Event.StageStarted started) {
            StageRecord stage = stage(started.job(), started.stage());
            if (stage != null) {
                stage.planned(started.tasks());
            }
        } else if (event instanceof Event.StageStartedAgain again) {
            StageRecord stage = stage(again.job(), again.stage());
            if (stage != null) {
                stage.startAgain();
            }
        } else if (event instanceof Event.StageEnded over) {
            StageRecord stage = stage(over.job(), over.stage());
            if (stage != null) {
                stage.end();
            }
        } else if (event instanceof Event.TaskStarted task) {
            StageRecord stage = stage(task.job(), task.stage());
            if (stage != null) {
                stage.started();
            }
        } else if (event instanceof Event.TaskEnded task) {
            StageRecord stage = stage(task.job(), task.stage());
            if (stage != null) {
                stage.ended(task);
            }
        }
    }

    private @Nullable JobRecord running(long number) {
        JobRecord job = jobs.get(number);
        return job != null && job.active() ? job : null;
    }

    /** A stage to note something in; null after the end of its job, when a worker that was left to its task reports. */
    private @Nullable StageRecord stage(long ofJob, int number) {
        JobRecord job = running(ofJob);
        if (job == null) {
            return null;
        }
        StageRecord stage = stages.get(number);
        if (stage == null) {
            stage = new StageRecord(number, job.name());
            stages.put(number, stage);
            job.add(stage);
            forgetOld();
        }
        return stage;
    }

    private void forgetOld() {
        if (jobs.size() <= REMEMBERED && stages.size() <= REMEMBERED) {
            return;
        }
        for (Iterator<JobRecord> all = jobs.values().iterator(); all.hasNext(); ) {
            JobRecord job = all.next();
            if (!job.active()) {
                all.remove();
                job.stages().forEach(stage -> stages.remove(stage.number()));
                return;
            }
        }
    }

    /** Forgets the jobs of a context that has ended. */
    synchronized void clear() {
        jobs.clear();
        stages.clear();
        ended.clear();
    }

    /** The jobs of a group, or of none, the latest first. */
    synchronized List<Long> ofGroup(@Nullable String group) {
        List<Long> found = new ArrayList<>();
        jobs.forEach((number, job) -> {
            if (Objects.equals(group, job.group())) {
                found.add(0, number);
            }
        });
        return found;
    }

    synchronized List<Long> activeJobs() {
        return jobs.values().stream()
                .filter(JobRecord::active)
                .map(JobRecord::number)
                .toList();
    }

    synchronized List<Integer> activeStages() {
        return stages.values().stream()
                .filter(StageRecord::active)
                .map(StageRecord::number)
                .toList();
    }

    /** A job's status and stages; nothing if it is not known. */
    synchronized Map<String, Object> job(long number) {
        JobRecord job = jobs.get(number);
        return job == null ? Map.of() : job.status();
    }

    /** A stage's name and how far it is; nothing if it is not known. */
    synchronized Map<String, Object> stage(long number) {
        StageRecord stage = number == (int) number ? stages.get((int) number) : null;
        return stage == null ? Map.of() : stage.status();
    }

    synchronized int runningTasks() {
        return stages.values().stream().mapToInt(StageRecord::runningTasks).sum();
    }

    /** Sums up jobs that ended, in the order of their ends; only those of {@code chosen}, unless that is empty. */
    synchronized List<Map<String, Object>> summaries(List<Long> chosen) {
        return ended.stream()
                .filter(job -> chosen.isEmpty() || chosen.contains(job.number()))
                .map(JobRecord::summary)
                .toList();
    }
}
