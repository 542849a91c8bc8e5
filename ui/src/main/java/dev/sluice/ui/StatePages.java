// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.watch.BroadcastView;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.OutputLine;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.ProgramState;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.engine.watch.WorkerView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a program has and holds: processes, stores, settings, output. */
final class StatePages {
    /** Lines of output on one page: the latest. */
    static final int LINES = 2000;

    private StatePages() {}

    static Html workers(View view) {
        Html html = new Html().tag("h1", "Workers");
        List<ProcessState> measured = view.program().processes();
        Map<Long, ProcessState> processes = new HashMap<>();
        measured.forEach(process -> processes.put(process.pid(), process));
        List<WorkerView> workers = view.history().workers();
        html.open("section").tag("h2", "Python workers");
        Tables.begin(
                html,
                "Workers, living ones first",
                "Pid",
                "State",
                "PSS",
                "Private",
                "Tasks",
                "Failed",
                "Busy for",
                "Broadcasts",
                "Last error");
        for (WorkerView worker : workers) {
            worker(html, view, worker, processes.get(worker.pid()));
        }
        if (workers.isEmpty()) {
            Tables.empty(html, 9, "No worker has run a task yet");
        }
        Tables.end(html);
        html.close();
        others(
                html,
                measured.stream()
                        .filter(process -> !process.role().equals("worker"))
                        .toList());
        html.open("section");
        Tables.pairs(
                html,
                "Environment of workers",
                "Variable",
                "Value",
                view.program().info().environment());
        return html.close();
    }

    private static void worker(
            Html html, View view, WorkerView worker, @org.jspecify.annotations.Nullable ProcessState process) {
        html.open("tr", "id", "row-worker-" + worker.pid());
        html.open("td", "data-label", "Pid");
        html.link(view.to("logs?worker=" + worker.pid()), worker.pid()).close();
        html.open("td", "data-label", "State");
        if (worker.ended() != 0) {
            Tables.status(html, "ENDED");
            html.tag("span", " " + worker.how(), "class", "note");
        } else {
            String known = worker.running() > 0 ? "busy" : "idle";
            boolean over = view.program().info().ended() != 0;
            Tables.status(html, process != null ? process.status() : over ? "NOT ENDED" : known);
            if (process != null && process.executor() != 0) {
                html.tag("span", " in executor " + process.executor(), "class", "note");
            }
        }
        html.close();
        Tables.number(html, "PSS", process == null ? "–" : Format.bytes(process.pss()));
        Tables.number(html, "Private", process == null ? "–" : Format.bytes(process.privateBytes()));
        Tables.number(html, "Tasks", Format.count(worker.tasks()));
        Tables.number(html, "Failed", Format.count(worker.failed()));
        Tables.number(html, "Busy for", Format.nanos(worker.runNanos()));
        Tables.cell(html, "Broadcasts", process == null ? "–" : ids(process.broadcasts()));
        html.open("td", "data-label", "Last error");
        if (worker.lastError() == null) {
            html.text("–");
        } else {
            StagePages.failure(html, view, worker.lastError());
        }
        html.close().close();
    }

    private static String ids(List<Long> ids) {
        return ids.isEmpty() ? "–" : ids.stream().map(id -> "#" + id).collect(Collectors.joining(", "));
    }

    private static void others(Html html, List<ProcessState> processes) {
        if (processes.isEmpty()) {
            return;
        }
        html.open("section").tag("h2", "Other processes");
        Tables.begin(
                html, "Driver, JVM and what workers are forked from", "Pid", "Role", "PSS", "Private", "Broadcasts");
        for (ProcessState process : processes) {
            html.open("tr");
            Tables.cell(html, "Pid", process.pid());
            Tables.cell(
                    html,
                    "Role",
                    process.role() + (process.executor() == 0 ? "" : " of executor " + process.executor()));
            Tables.number(html, "PSS", Format.bytes(process.pss()));
            Tables.number(html, "Private", Format.bytes(process.privateBytes()));
            Tables.cell(html, "Broadcasts", ids(process.broadcasts()));
            html.close();
        }
        Tables.end(html);
        html.close();
    }

    static Html storage(View view) {
        Html html = new Html().tag("h1", "Storage");
        List<ProgramState.Budget> budgets = view.program().budgets();
        List<CachedDataset> datasets = view.program().cached();
        html.open("section").tag("h2", "Memory");
        Tables.begin(html, "Budgets", "For", "Used", "Limit");
        for (ProgramState.Budget budget : budgets) {
            html.open("tr");
            Tables.cell(html, "For", budget.name());
            Tables.number(html, "Used", Format.bytes(budget.used()));
            Tables.number(html, "Limit", Format.bytes(budget.limit()));
            html.close();
        }
        if (budgets.isEmpty()) {
            Tables.empty(html, 3, "Not known of a program that has ended");
        }
        Tables.end(html);
        html.close();
        html.open("section").tag("h2", "Cached datasets");
        Tables.begin(html, "What is kept by persist and cache", "Node", "Partitions", "Size", "Of that on disk");
        for (CachedDataset cached : datasets) {
            html.open("tr");
            Tables.cell(html, "Node", "#" + cached.dataset());
            Tables.number(html, "Partitions", Format.count(cached.partitions()));
            Tables.number(html, "Size", Format.bytes(cached.bytes()));
            Tables.number(html, "Of that on disk", Format.bytes(cached.onDisk()));
            html.close();
        }
        if (datasets.isEmpty()) {
            Tables.empty(html, 4, "Nothing is cached");
        }
        Tables.end(html);
        html.close();
        broadcasts(html, view);
        return html;
    }

    private static void broadcasts(Html html, View view) {
        List<BroadcastView> broadcasts = view.history().broadcasts();
        html.open("section").tag("h2", "Broadcasts");
        Tables.begin(html, "Broadcasts that tasks can read", "Id", "Size", "Unpickled", "Made", "State");
        for (BroadcastView broadcast : broadcasts) {
            html.open("tr");
            Tables.cell(html, "Id", "#" + broadcast.broadcast());
            Tables.number(html, "Size", Format.bytes(broadcast.bytes()));
            Tables.cell(html, "Unpickled", broadcast.shared() ? "once for all workers" : "in each worker");
            Tables.cell(html, "Made", Format.time(broadcast.added()));
            Tables.cell(html, "State", broadcast.unpersisted() ? "unpersisted" : "available");
            html.close();
        }
        if (broadcasts.isEmpty()) {
            Tables.empty(html, 5, "There are none");
        }
        Tables.end(html);
        html.close();
    }

    static Html settings(View view) {
        ProgramInfo info = view.program().info();
        Html html = new Html().tag("h1", "Settings");
        html.open("section");
        Tables.pairs(html, "Set by the program", "Setting", "Value", info.settings());
        html.close().open("section");
        Tables.pairs(html, "Versions", "Of", "Version", info.versions());
        html.close().open("section").open("details").tag("summary", "Defaults");
        Tables.pairs(html, "Not set, so as they are by default", "Setting", "Value", info.defaults());
        return html.close().close();
    }

    static Html logs(View view, OutputFilter filter) {
        List<OutputLine> all = view.program().output(filter);
        List<OutputLine> lines = all.subList(Math.max(0, all.size() - LINES), all.size());
        Html html = new Html().tag("h1", "Logs");
        html.tag("p", "What tasks printed, the latest " + Format.count(LINES) + " lines at most.", "class", "note");
        if (!view.whole()) {
            filter(html, view, filter);
        }
        html.open("section");
        Tables.begin(html, "Output", "Time", "Worker", "Stage", "Partition", "Line");
        for (OutputLine line : lines) {
            html.open("tr");
            Tables.cell(html, "Time", Format.time(line.time()));
            Tables.cell(html, "Worker", line.pid());
            Tables.cell(html, "Stage", line.stage());
            Tables.cell(html, "Partition", line.partition());
            html.open("td", "data-label", "Line", "class", "line")
                    .tag("code", line.text())
                    .close();
            html.close();
        }
        if (lines.isEmpty()) {
            Tables.empty(html, 5, "Nothing was printed");
        }
        Tables.end(html);
        return html.close();
    }

    private static void filter(Html html, View view, OutputFilter filter) {
        html.open("form", "method", "get", "action", view.to("logs"), "class", "filter");
        field(html, "Worker", "worker", filter.pid());
        field(html, "Stage", "stage", filter.stage());
        field(html, "Partition", "partition", filter.partition());
        html.tag("button", "Show").close();
    }

    private static void field(Html html, String label, String name, long value) {
        html.open("label").text(label + " ");
        html.open(
                "input",
                "name",
                name,
                "inputmode",
                "numeric",
                "size",
                "8",
                "value",
                value < 0 ? "" : String.valueOf(value));
        html.close();
    }
}
