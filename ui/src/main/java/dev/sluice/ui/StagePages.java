// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Failure;
import dev.sluice.engine.watch.StageView;
import dev.sluice.engine.watch.TaskView;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A job's stages, and the page of one with its tasks. */
final class StagePages {
    /** Tasks on one page. */
    static final int PAGE = 100;

    /** Orders of tasks, by the word in the address. */
    private static final Map<String, Comparator<TaskView>> ORDERS = Map.of(
            "slowest", Comparator.comparingLong((TaskView task) -> -task.times().run()),
            "partition", Comparator.comparingInt(TaskView::partition).thenComparingInt(TaskView::attempt));

    private StagePages() {}

    static void list(Html html, View view, List<StageView> stages) {
        html.open("section").tag("h2", "Stages");
        Tables.begin(
                html, "Stages of the job", "Stage", "Status", "Took", "Tasks", "Time", "Output", "Spilled", "Failed");
        for (StageView stage : stages) {
            html.open("tr");
            html.open("td", "data-label", "Stage");
            html.link(view.to("stages/" + stage.stage()), "Stage " + stage.stage());
            html.close();
            html.open("td", "data-label", "Status");
            Tables.status(html, view.status(stage.status()));
            html.close();
            Tables.number(html, "Took", Format.nanos(view.length(stage.started(), stage.ended())));
            html.open("td", "data-label", "Tasks");
            Plot.progress(html, stage.succeeded(), stage.running(), stage.tasks(), false);
            html.close();
            html.open("td", "data-label", "Time");
            Plot.split(html, stage.times(), "Stage " + stage.stage());
            html.close();
            Tables.number(html, "Output", Format.bytes(stage.bytes()));
            Tables.number(html, "Spilled", Format.bytes(stage.diskBytesSpilled()));
            Tables.number(html, "Failed", stage.failed() + stage.lost());
            html.close();
        }
        if (stages.isEmpty()) {
            Tables.empty(html, 8, "No stage has started");
        }
        Tables.end(html);
        html.close();
    }

    static Html stage(View view, StageView stage, List<TaskView> kept, int page, String order) {
        Html html = new Html();
        html.open("div", "class", "title").tag("h1", "Stage " + stage.stage());
        Tables.status(html, view.status(stage.status()));
        html.close();
        html.open("p", "class", "where").text("of ").link(view.to("jobs/" + stage.job()), "job " + stage.job());
        html.text(" · " + stage.name()).close();
        Tables.tiles(
                html,
                List.of(
                        Map.entry("Took", Format.nanos(view.length(stage.started(), stage.ended()))),
                        Map.entry("Tasks", Format.count(stage.succeeded()) + " of " + Format.count(stage.tasks())),
                        Map.entry("Failed · lost", stage.failed() + " · " + stage.lost()),
                        Map.entry("Retries", Format.count(stage.retries())),
                        Map.entry("Workers", Format.count(stage.workers())),
                        Map.entry(
                                "Output", Format.count(stage.records()) + " records · " + Format.bytes(stage.bytes())),
                        Map.entry("Spilled to disk", Format.bytes(stage.diskBytesSpilled())),
                        Map.entry("Memory spilled", Format.bytes(stage.memoryBytesSpilled()))));
        JobPages.time(html, stage.times(), "Time of its tasks");
        quantiles(html, kept);
        html.open("section").tag("h2", "Timeline");
        if (kept.size() > Plot.BARS) {
            html.tag("p", "The latest " + Format.count(Plot.BARS) + " attempts.", "class", "note");
        }
        Plot.timeline(html, stage, kept, view.now());
        html.close();
        failures(html, view, stage.failures());
        tasks(html, view, stage, kept, page, order);
        return html;
    }

    private static void quantiles(Html html, List<TaskView> kept) {
        List<TaskView> done = kept.stream()
                .filter(task -> task.status().equals("SUCCEEDED"))
                .sorted(Comparator.comparingLong(task -> task.times().run()))
                .toList();
        if (done.isEmpty()) {
            return;
        }
        html.open("section").tag("h2", "From the fastest to the slowest");
        Tables.begin(html, "Tasks that succeeded, by time", "Rank", "Time", "Split", "Output");
        String[] names = {"Fastest", "25 %", "Median", "75 %", "95 %", "Slowest"};
        double[] ranks = {0, 0.25, 0.5, 0.75, 0.95, 1};
        for (int i = 0; i < names.length; i++) {
            TaskView task = done.get((int) Math.round(ranks[i] * (done.size() - 1)));
            html.open("tr");
            html.tag("th", names[i], "scope", "row");
            Tables.number(html, "Time", Format.nanos(task.times().run()));
            html.open("td", "data-label", "Split");
            Plot.split(html, task.times(), names[i]);
            html.close();
            Tables.number(html, "Output", Format.bytes(task.bytes()));
            html.close();
        }
        Tables.end(html);
        html.close();
    }

    private static void failures(Html html, View view, List<Failure> failures) {
        if (failures.isEmpty()) {
            return;
        }
        html.open("section").tag("h2", "Failures");
        for (int i = failures.size() - 1; i >= 0; i--) {
            failure(html, view, failures.get(i));
        }
        html.close();
    }

    static void failure(Html html, View view, Failure failure) {
        String first = failure.message().lines().findFirst().orElse("");
        html.open("details", "class", "failure").open("summary");
        html.tag("span", Format.time(failure.time()) + " ", "class", "note");
        html.tag("strong", failure.type().isEmpty() ? "lost" : failure.type());
        html.text(" in partition " + failure.partition() + ", attempt " + failure.attempt() + ", worker "
                + failure.pid() + ": " + first);
        html.close();
        html.tag("pre", failure.traceback().isEmpty() ? failure.message() : failure.traceback(), "class", "error");
        html.close();
    }

    private static void tasks(Html html, View view, StageView stage, List<TaskView> kept, int page, String order) {
        html.open("section").tag("h2", "Tasks");
        long ended = (long) stage.succeeded() + stage.failed() + stage.lost() + stage.cancelled();
        if (kept.size() < ended) {
            html.tag(
                    "p",
                    "The latest " + Format.count(kept.size()) + " attempts of " + Format.count(ended)
                            + " are kept; the sums above count all.",
                    "class",
                    "note");
        }
        String self = view.to("stages/" + stage.stage());
        if (view.whole()) {
            html.tag("p", "The slowest " + PAGE + " at most.", "class", "note");
        } else {
            orders(html, self, order);
        }
        Comparator<TaskView> by = ORDERS.get(order);
        List<TaskView> sorted = by == null ? kept : kept.stream().sorted(by).toList();
        Tables.begin(
                html,
                "Attempts at tasks",
                "Partition",
                "Attempt",
                "Worker",
                "Status",
                "Started",
                "Time",
                "Split",
                "Records",
                "Output",
                "Spilled");
        sorted.stream().skip((long) page * PAGE).limit(PAGE).forEach(task -> row(html, view, stage, task));
        if (sorted.isEmpty()) {
            Tables.empty(html, 10, "No attempt is kept");
        }
        Tables.end(html);
        if (!view.whole()) {
            Tables.pager(html, self + (by == null ? "" : "?order=" + order), page, PAGE, sorted.size());
        }
        html.close();
    }

    private static void orders(Html html, String self, String order) {
        html.open("p", "class", "orders").text("Order: ");
        for (String[] each :
                new String[][] {{"latest", "latest"}, {"slowest", "slowest"}, {"partition", "partition"}}) {
            boolean current = each[0].equals(order) || (each[0].equals("latest") && !ORDERS.containsKey(order));
            if (current) {
                html.tag("strong", each[1]);
            } else {
                html.link(self + "?order=" + each[0], each[1]);
            }
            html.text(" ");
        }
        html.close();
    }

    private static void row(Html html, View view, StageView stage, TaskView task) {
        html.open("tr", "id", "row-" + stage.stage() + "-" + task.partition() + "-" + task.attempt());
        html.open("td", "data-label", "Partition");
        html.link(view.to("logs?stage=" + stage.stage() + "&partition=" + task.partition()), task.partition());
        html.close();
        Tables.number(html, "Attempt", task.attempt());
        html.open("td", "data-label", "Worker");
        html.link(view.to("logs?worker=" + task.pid()), task.pid()).close();
        html.open("td", "data-label", "Status");
        Tables.status(html, view.status(task.status()));
        html.close();
        Tables.cell(html, "Started", Format.time(task.started()));
        boolean runs = task.ended() == 0;
        Tables.number(
                html,
                "Time",
                Format.nanos(
                        runs ? view.length(task.started(), 0) : task.times().run()));
        html.open("td", "data-label", "Split");
        Plot.split(html, task.times(), "Partition " + task.partition());
        html.close();
        Tables.number(html, "Records", Format.count(task.records()));
        Tables.number(html, "Output", Format.bytes(task.bytes()));
        Tables.number(html, "Spilled", Format.bytes(task.diskBytesSpilled()));
        html.close();
    }
}
