// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.JobView;
import dev.sluice.engine.watch.OutputFilter;
import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.StageView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** All pages of a program as one file that needs nothing else: no script, no address, its style inside. */
final class Report {
    /** Jobs that are told of in full: the latest. */
    static final int JOBS = 200;

    private Report() {}

    static Html of(Program program) {
        List<JobView> jobs = program.history().jobViews(0, JOBS);
        View view = View.whole(
                program, jobs.isEmpty() ? 0 : jobs.get(jobs.size() - 1).job());
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
        html.tag("title", program.info().name() + " – Sluice");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "name", "color-scheme", "content", "light dark");
        html.open("style").raw(style()).close().close();
        html.open("body").open("header");
        html.tag("span", "Sluice", "class", "brand").tag("span", program.info().name(), "class", "program");
        html.open("nav", "aria-label", "Program").open("ul");
        for (String[] part : Layout.PARTS) {
            html.open("li").link(view.to(part[0]), part[1]).close();
        }
        html.close().close().close();
        html.open("main", "id", "main");
        section(html, view.to(""), JobPages.program(view, 0));
        for (JobView job : jobs) {
            section(html, view.to("jobs/" + job.job()), JobPages.job(view, job));
            for (StageView stage : job.stages()) {
                section(
                        html,
                        view.to("stages/" + stage.stage()),
                        StagePages.stage(view, stage, view.history().tasks(stage.stage()), 0, "slowest"));
            }
        }
        if (view.history().jobCount() > jobs.size()) {
            html.tag("p", "Of earlier jobs only the table above tells.", "class", "note");
        }
        section(html, view.to("workers"), StatePages.workers(view));
        section(html, view.to("storage"), StatePages.storage(view));
        section(html, view.to("settings"), StatePages.settings(view));
        section(html, view.to("logs"), StatePages.logs(view, OutputFilter.ALL));
        html.close().close().close();
        return new Html().raw("<!doctype html>\n").add(html);
    }

    private static void section(Html html, String anchor, Html part) {
        html.open("article", "id", anchor.substring(1)).add(part).close();
    }

    private static String style() {
        String icon = Base64.getEncoder().encodeToString(Assets.text("icon.svg").getBytes(StandardCharsets.UTF_8));
        return Assets.text("sluice.css")
                .replace("url(\"icon.svg\")", "url(\"data:image/svg+xml;base64," + icon + "\")");
    }
}
