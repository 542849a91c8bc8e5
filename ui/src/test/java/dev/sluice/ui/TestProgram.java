// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.Event;
import dev.sluice.engine.PlanNode;
import dev.sluice.engine.watch.JobHistory;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.worker.TaskMetrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that is fed by hand; every text of its can be a hostile one. */
final class TestProgram implements Program {
    static final String HOSTILE = "<script>alert('x')</script>\"&'\u202e\ud800]]>{{7*7}}";

    final JobHistory history = new JobHistory();
    final List<Long> killed = new CopyOnWriteArrayList<>();
    final AtomicInteger measured = new AtomicInteger();
    private final String id;
    private final String text;

    TestProgram(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** A job with a stage of three tasks, one of which fails at first. */
    TestProgram withJob(long job, boolean ends) {
        history.accept(new Event.WorkerStarted(4242, 4000));
        history.accept(new Event.BroadcastAdded(7, 1 << 20, true));
        history.accept(new Event.JobPlanned(
                job,
                List.of(
                        new PlanNode(1, "source", text, 3, List.of()),
                        new PlanNode(2, "python", text, 3, List.of(1L)),
                        new PlanNode(3, "shuffle", text, 3, List.of(2L)))));
        history.accept(new Event.JobStarted(
                job,
                Map.of(
                        "callSite.short", text,
                        "spark.job.description", text,
                        "spark.jobGroup.id", text,
                        "spark.job.tags", text)));
        int stage = (int) job;
        history.accept(new Event.StageStarted(job, stage, 3, 3));
        for (int partition = 0; partition < 3; partition++) {
            history.accept(new Event.TaskStarted(job, stage, partition, 0, 4242));
        }
        history.accept(new Event.TaskFailure(job, stage, 0, 0, 4242, text, text, text));
        task(job, stage, 0, Event.Outcome.FAILED);
        task(job, stage, 1, Event.Outcome.SUCCEEDED);
        if (ends) {
            history.accept(new Event.JobEnded(job, false, text));
        }
        return this;
    }

    void task(long job, int stage, int partition, Event.Outcome outcome) {
        TaskMetrics metrics = new TaskMetrics(50_000, 5_000, 10_000, 5_000, 10_000, 4096, 1024);
        history.accept(
                new Event.TaskEnded(job, stage, partition, 0, 4242, outcome, metrics, 100, 10, new byte[] {1, 2}));
    }

    @Override
    public ProgramInfo info() {
        Map<String, String> texts = Map.of(text, text);
        return new ProgramInfo(id, text, text, 1, 1_000, 0, texts, texts, texts, texts, true);
    }

    @Override
    public JobHistory history() {
        return history;
    }

    @Override
    public List<ProcessState> processes() {
        measured.incrementAndGet();
        return List.of(
                new ProcessState(4242, "worker", text, 1 << 20, 1 << 19, List.of(7L), 4711),
                new ProcessState(4000, "zygote", text, 1 << 20, 1 << 19, List.of(7L), 4711));
    }

    @Override
    public List<CachedDataset> cached() {
        return List.of(new CachedDataset(5, 2, 1000, 10));
    }

    @Override
    public List<Budget> budgets() {
        return List.of(new Budget(text, 1, 2));
    }

    @Override
    public List<OutputLine> output(OutputFilter filter) {
        OutputLine line = new OutputLine(1, 4242, 1, 0, text);
        return filter.takes(line) ? List.of(line) : List.of();
    }

    @Override
    public boolean kill(long job, String reason) {
        killed.add(job);
        return true;
    }
}
