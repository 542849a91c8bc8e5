// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.Event;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.JobFailure;
import dev.sluice.worker.TaskMetrics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.storage.RDDInfo;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Hears from Spark how stages and tasks go: tells our bus, and ends jobs whose tasks have failed as often as they may.
 * Spark counts exceptions and lost workers together; we allow either its own number. Called on one thread.
 */
final class JobWatch extends SparkListener {
    private static final byte[] NOTHING = {};

    private final Map<Long, SparkJob> jobs;
    private final EngineOptions options;
    private final EventBus events;
    /** By Spark's stage: the job that it was first begun for. */
    private final Map<Integer, Long> stages = new HashMap<>();

    /** Stages whose tasks run all at once: Spark starts all of them again. */
    private final Set<Integer> barriers = new HashSet<>();

    private final Map<Task, Integer> failures = new HashMap<>();
    private final Map<Task, Integer> losses = new HashMap<>();

    private record Task(int stage, int index) {}

    JobWatch(Map<Long, SparkJob> jobs, EngineOptions options, EventBus events) {
        this.jobs = jobs;
        this.options = options;
        this.events = events;
    }

    @Override
    public void onJobStart(SparkListenerJobStart started) {
        String tags = started.properties() == null ? null : started.properties().getProperty("spark.job.tags");
        if (tags == null) {
            return;
        }
        for (String tag : tags.split(",", -1)) {
            String prefix = SparkJob.tag(0).substring(0, SparkJob.tag(0).length() - 1);
            if (tag.startsWith(prefix)) {
                long job = Long.parseLong(tag.substring(prefix.length()));
                List<Object> ids = CollectionConverters.asJava(started.stageIds());
                ids.forEach(stage -> stages.put((Integer) stage, job));
            }
        }
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        int stage = submitted.stageInfo().stageId();
        Long job = stages.get(stage);
        if (CollectionConverters.asJava(submitted.stageInfo().rddInfos()).stream()
                .anyMatch(RDDInfo::isBarrier)) {
            barriers.add(stage);
        }
        if (job != null) {
            events.post(
                    submitted.stageInfo().attemptNumber() == 0
                            ? new Event.StageStarted(
                                    job, stage, submitted.stageInfo().numTasks(), -1)
                            : new Event.StageStartedAgain(job, stage));
        }
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted completed) {
        int stage = completed.stageInfo().stageId();
        Long job = stages.get(stage);
        if (job != null && completed.stageInfo().failureReason().isEmpty()) {
            events.post(new Event.StageEnded(job, stage));
        }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart started) {
        Long job = stages.get(started.stageId());
        if (job != null) {
            events.post(new Event.TaskStarted(
                    job,
                    started.stageId(),
                    started.taskInfo().index(),
                    started.taskInfo().attemptNumber(),
                    0));
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
        Long job = stages.get(ended.stageId());
        if (job == null || ended.taskInfo() == null) {
            return;
        }
        TaskFault fault = fault(ended.reason());
        events.post(new Event.TaskEnded(
                job,
                ended.stageId(),
                ended.taskInfo().index(),
                ended.taskInfo().attemptNumber(),
                0,
                outcome(ended.reason(), fault),
                TaskMetrics.NONE,
                0,
                0,
                NOTHING));
        SparkJob running = jobs.get(job);
        if (fault != null && running != null) {
            running.noted(fault);
            if (!barriers.contains(ended.stageId())) {
                count(running, fault, new Task(ended.stageId(), ended.taskInfo().index()));
            }
        }
    }

    private void count(SparkJob job, TaskFault fault, Task task) {
        boolean user = fault.kind == JobFailure.Kind.USER;
        int times = (user ? failures : losses).merge(task, 1, Integer::sum);
        int allowed = user ? options.maxFailures() : fault.kind == JobFailure.Kind.LOST ? options.maxLosses() : 1;
        if (times >= allowed) {
            job.fail(fault, times);
        }
    }

    private static @Nullable TaskFault fault(TaskEndReason reason) {
        if (reason instanceof ExceptionFailure failed && failed.exception().isDefined()) {
            for (Throwable cause = failed.exception().get(); cause != null; cause = cause.getCause()) {
                if (cause instanceof TaskFault fault) {
                    return fault;
                }
            }
        }
        return null;
    }

    private static Event.Outcome outcome(TaskEndReason reason, @Nullable TaskFault fault) {
        if (reason instanceof Success$) {
            return Event.Outcome.SUCCEEDED;
        }
        if (reason instanceof TaskKilled) {
            return Event.Outcome.CANCELLED;
        }
        return fault != null && fault.kind == JobFailure.Kind.USER ? Event.Outcome.FAILED : Event.Outcome.LOST;
    }
}
