// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.Event;
import dev.sluice.engine.PlanNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of the latest jobs, stages, tasks, workers and broadcasts of a program, for status trackers, summaries and
 * pages: made of events and nothing else. Thread-safe. Events of one stage may come out of order, from several threads.
 *
 * <p>Memory is bounded, whatever the program does: {@value #REMEMBERED} jobs and as many stages, {@value #TASKS} attempts
 * at tasks, {@value #FAILURES} failures, {@link WorkerRecords#REMEMBERED} workers that ended; texts are cut. Sums over
 * a stage count its forgotten attempts too.
 */
public final class JobHistory implements Consumer<Event> {
    /** Jobs, and stages, that are remembered: the oldest job that has ended goes, with its stages. */
    public static final int REMEMBERED = 1000;

    /** Attempts at tasks that are remembered, of all stages together: those that ended last. */
    public static final int TASKS = 20_000;

    /** Failures that are remembered, of all stages together: the latest; of one stage {@link StageRecord#FAILURES}. */
    static final int FAILURES = 1000;

    /** The jobs that ended last and can be summed up. */
    static final int SUMMED_UP = 100;

    /** Jobs whose plan is remembered. */
    static final int PLANS = 100;

    private final Map<Long, JobRecord> jobs = new LinkedHashMap<>();
    private final Map<Integer, StageRecord> stages = new LinkedHashMap<>();
    private final Deque<JobRecord> ended = new ArrayDeque<>();
    private final Deque<JobRecord> planned = new ArrayDeque<>();
    private final Deque<TaskRecord> tasks = new ArrayDeque<>();
    private final Deque<Failure> failures = new ArrayDeque<>();
    private final WorkerRecords workers = new WorkerRecords();
    private final Map<Long, BroadcastView> broadcasts = new LinkedHashMap<>();
    private final ProgramSums sums = new ProgramSums();
    /** Plans of jobs that are about to start. */
    private final Map<Long, List<PlanNode>> plans = new LinkedHashMap<>();

    private volatile long changes;

    /** Makes a history without jobs. */
    public JobHistory() {}

    @Override
    public void accept(Event event) {
        accept(event, EventClock.now());
    }

    /**
     * Takes in an event of another time.
     *
     * @param event what happened
     * @param time when it did, in nanoseconds since 1970
     */
    public synchronized void accept(Event event, long time) {
        changes++;
        if (event instanceof Event.TaskStarted task) {
            StageRecord stage = stage(task.job(), task.stage(), time);
            if (stage != null) {
                stage.started(task, time);
            }
            workers.taskStarted(task.pid(), time);
        } else if (event instanceof Event.TaskEnded task) {
            ended(task, time);
        } else if (event instanceof Event.TaskFailure failure) {
            Failure kept = Failure.of(failure, time);
            StageRecord stage = stage(failure.job(), failure.stage(), time);
            if (stage != null) {
                failed(stage, kept);
            }
            workers.failed(kept);
        } else if (event instanceof Event.StageStarted started) {
            sums.stages++;
            StageRecord stage = stage(started.job(), started.stage(), time);
            if (stage != null) {
                stage.planned(started.tasks(), started.dataset());
            }
        } else if (event instanceof Event.StageStartedAgain again) {
            StageRecord stage = stage(again.job(), again.stage(), time);
            if (stage != null) {
                stage.startAgain();
            }
        } else if (event instanceof Event.StageEnded over) {
            StageRecord stage = stage(over.job(), over.stage(), time);
            if (stage != null) {
                stage.end(time);
            }
        } else {
            ofJobsAndOthers(event, time);
        }
    }

    private void ofJobsAndOthers(Event event, long time) {
        if (event instanceof Event.JobPlanned plan) {
            plans.put(plan.job(), plan.plan());
            if (plans.size() > PLANS) {
                plans.remove(plans.keySet().iterator().next());
            }
        } else if (event instanceof Event.JobStarted started) {
            start(started, time);
        } else if (event instanceof Event.JobEnded over) {
            end(over, time);
        } else if (event instanceof Event.WorkerStarted worker) {
            sums.workersStarted++;
            workers.started(worker, time);
        } else if (event instanceof Event.WorkerEnded worker) {
            sums.workersEnded += workers.ended(worker, time) ? 1 : 0;
        } else if (event instanceof Event.BroadcastAdded added) {
            broadcasts.put(
                    added.broadcast(),
                    new BroadcastView(added.broadcast(), added.bytes(), added.shared(), time, false));
        } else if (event instanceof Event.BroadcastDropped dropped) {
            BroadcastView known = broadcasts.remove(dropped.broadcast());
            if (known != null && dropped.kept()) {
                broadcasts.put(
                        known.broadcast(),
                        new BroadcastView(known.broadcast(), known.bytes(), known.shared(), known.added(), true));
            }
        }
    }

    private void start(Event.JobStarted started, long time) {
        sums.jobsStarted++;
        JobRecord job = new JobRecord(started.job(), started.properties(), time);
        jobs.put(started.job(), job);
        List<PlanNode> plan = plans.remove(started.job());
        if (plan != null) {
            job.plan(plan);
            planned.addLast(job);
            if (planned.size() > PLANS) {
                planned.removeFirst().plan(List.of());
            }
        }
        forgetOld();
    }

    private void end(Event.JobEnded over, long time) {
        JobRecord job = running(over.job());
        if (job == null) {
            return;
        }
        job.end(over.succeeded(), over.reason(), time);
        sums.jobsSucceeded += over.succeeded() ? 1 : 0;
        sums.jobsFailed += over.succeeded() ? 0 : 1;
        ended.add(job);
        if (ended.size() > SUMMED_UP) {
            ended.remove();
        }
    }

    private void ended(Event.TaskEnded task, long time) {
        StageRecord stage = stage(task.job(), task.stage(), time);
        sums.tasks.add(task);
        workers.taskEnded(task, time);
        if (stage != null) {
            tasks.addLast(stage.ended(task, time));
            if (tasks.size() > TASKS) {
                // The first to end of all is the first of its stage too.
                StageRecord known = stages.get(tasks.removeFirst().stage());
                if (known != null) {
                    known.forgetOldest();
                }
            }
        }
    }

    private void failed(StageRecord stage, Failure failure) {
        stage.failed(failure);
        failures.addLast(failure);
        if (failures.size() > FAILURES) {
            Failure oldest = failures.removeFirst();
            StageRecord known = stages.get(oldest.stage());
            if (known != null) {
                known.forget(oldest);
            }
        }
    }

    private @Nullable JobRecord running(long number) {
        JobRecord job = jobs.get(number);
        return job != null && job.active() ? job : null;
    }

    /** A stage to note something in; null after the end of its job, when a worker that was left to its task reports. */
    private @Nullable StageRecord stage(long ofJob, int number, long time) {
        JobRecord job = running(ofJob);
        if (job == null) {
            return null;
        }
        StageRecord stage = stages.get(number);
        if (stage == null) {
            stage = new StageRecord(number, ofJob, job.name(), time);
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
    public synchronized void clear() {
        changes++;
        jobs.clear();
        stages.clear();
        ended.clear();
        planned.clear();
        plans.clear();
        tasks.clear();
        failures.clear();
        workers.clear();
        broadcasts.clear();
        sums.clear();
    }

    /**
     * Returns a number that is another once anything has changed.
     *
     * @return a count of events
     */
    public long changes() {
        return changes;
    }

    /**
     * Returns the jobs of a group.
     *
     * @param group its name, or null for the jobs of none
     * @return their numbers, the latest first
     */
    public synchronized List<Long> ofGroup(@Nullable String group) {
        String kept = group == null ? null : Failure.cut(group);
        List<Long> found = new ArrayList<>();
        jobs.forEach((number, job) -> {
            if (Objects.equals(kept, job.group())) {
                found.add(0, number);
            }
        });
        return found;
    }

    /** {@return the jobs that have not ended} */
    public synchronized List<Long> activeJobs() {
        return jobs.values().stream()
                .filter(JobRecord::active)
                .map(JobRecord::number)
                .toList();
    }

    /** {@return the stages that have not ended} */
    public synchronized List<Integer> activeStages() {
        return stages.values().stream()
                .filter(StageRecord::active)
                .map(StageRecord::number)
                .toList();
    }

    /**
     * Describes a job for a status tracker.
     *
     * @param number the job's number
     * @return its status and stages; nothing if it is not known
     */
    public synchronized Map<String, Object> job(long number) {
        JobRecord job = jobs.get(number);
        return job == null ? Map.of() : job.status();
    }

    /**
     * Describes a stage for a status tracker.
     *
     * @param number the stage's number
     * @return its name and how far it is; nothing if it is not known
     */
    public synchronized Map<String, Object> stage(long number) {
        StageRecord stage = number == (int) number ? stages.get((int) number) : null;
        return stage == null ? Map.of() : stage.status();
    }

    /** {@return how many tasks run} */
    public synchronized int runningTasks() {
        return stages.values().stream().mapToInt(StageRecord::runningTasks).sum();
    }

    /**
     * Sums up jobs that ended.
     *
     * @param chosen the jobs' numbers; empty for all that can be summed up
     * @return a summary of each, in the order of their ends
     */
    public synchronized List<Map<String, Object>> summaries(List<Long> chosen) {
        return ended.stream()
                .filter(job -> chosen.isEmpty() || chosen.contains(job.number()))
                .map(JobRecord::summary)
                .toList();
    }

    /**
     * Returns jobs, the latest first.
     *
     * @param skip how many to leave out
     * @param limit how many to return at most
     * @return the jobs
     */
    public synchronized List<JobView> jobViews(int skip, int limit) {
        List<JobRecord> all = new ArrayList<>(jobs.values());
        List<JobView> views = new ArrayList<>();
        for (int i = all.size() - 1 - skip; i >= 0 && views.size() < limit; i--) {
            views.add(all.get(i).view());
        }
        return views;
    }

    /** {@return how many jobs are remembered} */
    public synchronized int jobCount() {
        return jobs.size();
    }

    /**
     * Returns a job.
     *
     * @param number its number
     * @return the job, if it is remembered
     */
    public synchronized Optional<JobView> jobView(long number) {
        return Optional.ofNullable(jobs.get(number)).map(JobRecord::view);
    }

    /**
     * Returns a stage.
     *
     * @param number its number
     * @return the stage, if it is remembered
     */
    public synchronized Optional<StageView> stageView(int number) {
        return Optional.ofNullable(stages.get(number)).map(StageRecord::view);
    }

    /**
     * Returns attempts at the tasks of a stage that are remembered.
     *
     * @param stage the stage's number
     * @return those that run, then those that ended, the latest first
     */
    public List<TaskView> tasks(int stage) {
        StageRecord.Tasks kept;
        synchronized (this) {
            StageRecord record = stages.get(stage);
            if (record == null) {
                return List.of();
            }
            kept = record.tasks();
        }
        return kept.views();
    }

    /** {@return the workers that live, then those that ended and are remembered, the latest first} */
    public synchronized List<WorkerView> workers() {
        return workers.views();
    }

    /** {@return the broadcasts that can be read, in the order of their making} */
    public synchronized List<BroadcastView> broadcasts() {
        return List.copyOf(broadcasts.values());
    }

    /** {@return counts since the start} */
    public synchronized Totals totals() {
        return sums.totals();
    }
}
