// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.JobView;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.StageView;
import dev.sluice.engine.watch.Times;
import dev.sluice.engine.watch.Totals;
import java.util.List;
import java.util.Map;

/** A program's first page, and that of a job. */
final class JobPages {
    /** Jobs on one page. */
    static final int PAGE = 50;

    private JobPages() {}

    static Html program(View view, int page) {
        ProgramInfo info = view.program().info();
        Totals totals = view.history().totals();
        Html html = new Html();
        html.open("div", "class", "title").tag("h1", info.name());
        Tables.status(html, info.ended() == 0 ? "RUNNING" : "ENDED");
        html.close();
        long last = info.ended() == 0 ? view.now() : info.ended() * 1_000_000;
        Tables.tiles(
                html,
                List.of(
                        Map.entry("Started", Format.date(info.started())),
                        Map.entry(
                                info.ended() == 0 ? "Running for" : "Ran for",
                                Format.nanos(Math.max(0, last - info.started() * 1_000_000))),
                        Map.entry("Master", info.master()),
                        Map.entry(
                                "Jobs",
                                Format.count(totals.jobsStarted()) + " · " + Format.count(totals.jobsFailed())
                                        + " failed"),
                        Map.entry(
                                "Tasks",
                                Format.count(totals.tasksSucceeded()) + " · " + Format.count(totals.tasksFailed())
                                        + " failed · " + Format.count(totals.tasksLost()) + " lost"),
                        Map.entry(
                                "Output",
                                Format.count(totals.records()) + " records · " + Format.bytes(totals.bytes())),
                        Map.entry("Spilled to disk", Format.bytes(totals.diskBytesSpilled()))));
        time(html, totals.times(), "Time of all tasks");
        jobs(html, view, page);
        view.kill(html, "program", "kill");
        return html;
    }

    static void time(Html html, Times times, String title) {
        html.open("section").tag("h2", title);
        html.tag("p", "In all " + Format.nanos(times.run()) + " in workers.", "class", "note");
        Plot.split(html, times, title);
        Plot.legend(html, times);
        html.close();
    }

    private static void jobs(Html html, View view, int page) {
        int count = view.history().jobCount();
        int size = view.whole() ? Math.max(1, count) : PAGE;
        List<JobView> jobs = view.history().jobViews(page * size, size);
        html.open("section").tag("h2", "Jobs");
        Tables.begin(html, "Jobs, the latest first", "Job", "What", "Status", "Started", "Took", "Stages", "Tasks");
        for (JobView job : jobs) {
            row(html, view, job);
        }
        if (jobs.isEmpty()) {
            Tables.empty(html, 7, "No job has started yet");
        }
        Tables.end(html);
        Tables.pager(html, view.to(""), page, size, count);
        html.close();
    }

    private static void row(Html html, View view, JobView job) {
        String to = view.to("jobs/" + job.job());
        // Rows are known by their ids when a page is merged with a later one.
        html.open("tr", "id", "row-job-" + job.job());
        String what = job.description().isEmpty() ? called(job.name()) : job.description();
        html.open("td", "data-label", "Job");
        boolean told = job.job() >= view.firstJob();
        (told ? html.link(to, job.job()) : html.text(job.job())).close();
        html.open("td", "data-label", "What").open("span", "class", "what");
        if (told) {
            html.link(to, what);
        } else {
            html.text(what);
        }
        if (!job.group().isEmpty()) {
            html.text(" ").tag("span", job.group(), "class", "tag");
        }
        job.tags().forEach(tag -> html.text(" ").tag("span", tag, "class", "tag"));
        html.close().close();
        html.open("td", "data-label", "Status");
        Tables.status(html, view.status(job.status()));
        html.close();
        Tables.cell(html, "Started", Format.time(job.started()));
        Tables.number(html, "Took", Format.nanos(view.length(job.started(), job.ended())));
        Tables.number(html, "Stages", job.stages().size());
        html.open("td", "data-label", "Tasks");
        progress(html, job);
        html.close().close();
    }

    /** The last two names of a path are enough to know a program's line by. */
    static String called(String name) {
        int at = name.indexOf(" at ");
        int slash = name.lastIndexOf('/');
        int before = slash < 0 ? -1 : name.lastIndexOf('/', slash - 1);
        String shown = at >= 0 && before > at ? name.substring(0, at + 4) + "…" + name.substring(before) : name;
        return shown.isEmpty() ? "job" : shown;
    }

    private static void progress(Html html, JobView job) {
        int done = job.stages().stream().mapToInt(StageView::succeeded).sum();
        int running = job.stages().stream().mapToInt(StageView::running).sum();
        int all = job.stages().stream().mapToInt(StageView::tasks).sum();
        Plot.progress(html, done, running, all, job.status().equals("FAILED"));
    }

    static Html job(View view, JobView job) {
        Html html = new Html();
        html.open("div", "class", "title").tag("h1", "Job " + job.job());
        Tables.status(html, view.status(job.status()));
        html.close();
        html.tag("p", job.name(), "class", "where");
        if (!job.description().isEmpty()) {
            html.tag("p", job.description());
        }
        Tables.tiles(
                html,
                List.of(
                        Map.entry("Started", Format.time(job.started())),
                        Map.entry("Took", Format.nanos(view.length(job.started(), job.ended()))),
                        Map.entry("Group", job.group().isEmpty() ? "–" : job.group()),
                        Map.entry("Tags", job.tags().isEmpty() ? "–" : String.join(", ", job.tags()))));
        if (!job.reason().isEmpty()) {
            html.open("section").tag("h2", "Why it failed").tag("pre", job.reason(), "class", "error");
            html.close();
        }
        if (job.ended() == 0) {
            view.kill(html, "job", "jobs/" + job.job() + "/kill");
        }
        StagePages.list(html, view, job.stages());
        html.open("section").tag("h2", "Plan");
        if (job.plan().isEmpty()) {
            html.tag("p", "The plan of this job is not kept any more; those of the latest hundred jobs are.");
        } else {
            PlanGraph graph = new PlanGraph(job);
            graph.draw(html, view.links(), view.id());
            graph.table(html, view.links(), view.id());
        }
        return html.close();
    }
}
