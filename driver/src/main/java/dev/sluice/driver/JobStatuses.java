// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of the latest jobs and stages, for a driver's status tracker: made of events and nothing else. Thread-safe.
 * Events of one stage may come out of order, from several threads.
 */
final class JobStatuses implements Consumer<Event> {
    /** Jobs, and stages, that are remembered after their end. */
    private static final int REMEMBERED = 1000;

    private static final String GROUP = "spark.jobGroup.id";
    private static final String NAME = "callSite.short";

    private final Map<Long, JobStatus> jobs = new TreeMap<>();
    private final Map<Integer, StageStatus> stages = new TreeMap<>();

    private static final class JobStatus {
        private final @Nullable String group;
        private final String name;
        private final List<Integer> stages = new ArrayList<>();
        private String status = "RUNNING";

        JobStatus(Map<String, String> properties) {
            this.group = properties.get(GROUP);
            this.name = properties.getOrDefault(NAME, "");
        }

        boolean active() {
            return status.equals("RUNNING");
        }
    }

    private static final class StageStatus {
        private String name = "";
        private int attempt;
        private int tasks;
        private int active;
        private int completed;
        private int failed;
        private boolean over;
    }

    @Override
    public synchronized void accept(Event event) {
        if (event instanceof Event.JobStarted started) {
            jobs.put(started.job(), new JobStatus(started.properties()));
            forgetOldJobs();
        } else if (event instanceof Event.StageStarted started) {
            JobStatus job = jobs.get(started.job());
            StageStatus stage = stage(started.stage());
            stage.tasks = started.tasks();
            if (job != null) {
                stage.name = job.name;
                job.stages.add(started.stage());
                stage.over = !job.active();
            }
            forgetOldStages();
        } else if (event instanceof Event.StageStartedAgain again) {
            stage(again.stage()).attempt++;
        } else if (event instanceof Event.TaskStarted started) {
            stage(started.stage()).active++;
        } else if (event instanceof Event.TaskEnded task) {
            ended(task);
        } else if (event instanceof Event.StageEnded ended) {
            stage(ended.stage()).over = true;
        } else if (event instanceof Event.JobEnded ended) {
            JobStatus job = jobs.get(ended.job());
            if (job != null) {
                job.status = ended.succeeded() ? "SUCCEEDED" : "FAILED";
                job.stages.forEach(stage -> stage(stage).over = true);
            }
        }
    }

    private void ended(Event.TaskEnded task) {
        StageStatus stage = stage(task.stage());
        if (task.pid() != 0) {
            // Without a worker there was no start.
            stage.active--;
        }
        switch (task.outcome()) {
            case SUCCEEDED -> stage.completed++;
            case FAILED, LOST -> stage.failed++;
            case CANCELLED -> {}
        }
    }

    private StageStatus stage(int number) {
        return stages.computeIfAbsent(number, unused -> new StageStatus());
    }

    private void forgetOldJobs() {
        if (jobs.size() > REMEMBERED) {
            jobs.entrySet().stream()
                    .filter(entry -> !entry.getValue().active())
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .ifPresent(jobs::remove);
        }
    }

    private void forgetOldStages() {
        if (stages.size() > REMEMBERED) {
            stages.entrySet().stream()
                    .filter(entry -> entry.getValue().over)
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .ifPresent(stages::remove);
        }
    }

    synchronized void clear() {
        jobs.clear();
        stages.clear();
    }

    /** The jobs of a group, or of none, the latest first. */
    synchronized List<Long> ofGroup(@Nullable String group) {
        List<Long> found = new ArrayList<>();
        jobs.forEach((number, job) -> {
            if (Objects.equals(group, job.group)) {
                found.add(0, number);
            }
        });
        return found;
    }

    synchronized List<Long> activeJobs() {
        List<Long> active = new ArrayList<>();
        jobs.forEach((number, job) -> {
            if (job.active()) {
                active.add(number);
            }
        });
        return active;
    }

    synchronized List<Integer> activeStages() {
        List<Integer> active = new ArrayList<>();
        stages.forEach((number, stage) -> {
            if (!stage.over) {
                active.add(number);
            }
        });
        return active;
    }

    /** A job's status and stages; nothing if it is not known. */
    synchronized Map<String, Object> job(long number) {
        JobStatus job = jobs.get(number);
        return job == null ? Map.of() : Map.of("status", job.status, "stages", List.copyOf(job.stages));
    }

    /** A stage's name and how far it is; nothing if it is not known. */
    synchronized Map<String, Object> stage(long number) {
        StageStatus stage = number == (int) number ? stages.get((int) number) : null;
        Map<String, Object> described = new LinkedHashMap<>();
        if (stage != null) {
            described.put("attempt", stage.attempt);
            described.put("name", stage.name);
            described.put("tasks", stage.tasks);
            described.put("active", stage.over ? 0 : Math.max(0, stage.active));
            described.put("completed", stage.completed);
            described.put("failed", stage.failed);
        }
        return described;
    }

    synchronized int runningTasks() {
        return stages.values().stream()
                .filter(stage -> !stage.over)
                .mapToInt(stage -> Math.max(0, stage.active))
                .sum();
    }
}
