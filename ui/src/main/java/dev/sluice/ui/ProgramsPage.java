// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.Program;
import dev.sluice.engine.watch.ProgramInfo;
import dev.sluice.engine.watch.Totals;
import java.util.List;

/** The first page. */
final class ProgramsPage {
    private ProgramsPage() {}

    static Html main(Programs programs, Links links, long now) {
        Html html = new Html().tag("h1", "Programs");
        html.open("section");
        Tables.begin(html, "Running", "Program", "Master", "Driver", "Started", "For", "Jobs", "Tasks");
        List<Program> running = programs.running();
        for (Program program : running) {
            ProgramInfo info = program.info();
            Totals totals = program.history().totals();
            html.open("tr");
            html.open("td", "data-label", "Program")
                    .link(links.to(info.id(), ""), info.name())
                    .close();
            facts(html, info);
            Tables.number(html, "For", Format.nanos(Math.max(0, now - info.started() * 1_000_000)));
            sums(html, totals);
            html.close();
        }
        if (running.isEmpty()) {
            Tables.empty(html, 7, "No program runs");
        }
        Tables.end(html);
        html.close();
        List<Programs.Ended> ended = programs.ended();
        if (!ended.isEmpty()) {
            html.open("section");
            Tables.begin(html, "Ended", "Program", "Master", "Driver", "Started", "For", "Jobs", "Tasks");
            for (Programs.Ended each : ended) {
                html.open("tr");
                Tables.cell(html, "Program", each.info().name());
                facts(html, each.info());
                Tables.number(
                        html, "For", Format.nanos((each.ended() - each.info().started()) * 1_000_000));
                sums(html, each.totals());
                html.close();
            }
            Tables.end(html);
            html.close();
        }
        return html;
    }

    private static void facts(Html html, ProgramInfo info) {
        Tables.cell(html, "Master", info.master());
        Tables.cell(html, "Driver", info.pid() == 0 ? "–" : info.pid());
        Tables.cell(html, "Started", Format.date(info.started()));
    }

    private static void sums(Html html, Totals totals) {
        Tables.number(
                html,
                "Jobs",
                Format.count(totals.jobsStarted())
                        + (totals.jobsFailed() > 0 ? " · " + Format.count(totals.jobsFailed()) + " failed" : ""));
        Tables.number(html, "Tasks", Format.count(totals.tasksSucceeded()));
    }
}
