// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.StageView;
import dev.sluice.engine.watch.TaskView;
import dev.sluice.engine.watch.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws times as SVG. Nothing here has a style of its own: the policy of the pages allows none inline. */
final class Plot {
    /** Attempts that a timeline shows. */
    static final int BARS = 1000;

    private static final int WIDTH = 1000;
    private static final int LANE = 22;
    private static final int LABEL = 110;

    private Plot() {}

    /** The parts of a time with their names, in the order of a task's life. */
    static Map<String, Long> parts(Times times) {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("wait", times.waiting());
        parts.put("unpickle", times.unpickling());
        parts.put("user", times.user());
        parts.put("pickle", times.pickling());
        parts.put("spill", times.spilling());
        return parts;
    }

    static String name(String part) {
        return part.equals("user") ? "user code" : part;
    }

    /** A bar of the parts. */
    static void split(Html html, Times times, String label) {
        html.open(
                "svg",
                "class",
                "split",
                "viewBox",
                "0 0 100 8",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                label + ": " + spoken(times));
        html.tag("title", spoken(times));
        double x = 0;
        for (Map.Entry<String, Long> part : parts(times).entrySet()) {
            double width = times.run() > 0 ? 100.0 * part.getValue() / times.run() : 0;
            if (width > 0) {
                html.open(
                        "rect",
                        "class",
                        "p-" + part.getKey(),
                        "x",
                        at(x),
                        "width",
                        at(Math.min(width, 100 - x)),
                        "height",
                        "8");
                x = Math.min(100, x + width);
            }
        }
        html.close();
    }

    static String spoken(Times times) {
        List<String> said = new ArrayList<>();
        parts(times).forEach((name, nanos) -> said.add(name(name) + " " + Format.nanos(nanos)));
        return String.join(", ", said);
    }

    /** What the colours mean, with the values: colour is never the only sign. */
    static void legend(Html html, Times times) {
        html.open("dl", "class", "legend");
        parts(times).forEach((name, nanos) -> {
            html.open("div");
            html.open("dt").open("svg", "class", "swatch", "viewBox", "0 0 8 8", "aria-hidden", "true");
            html.open("rect", "class", "p-" + name, "width", "8", "height", "8").close();
            html.text(name(name)).close();
            String share = times.run() > 0 ? " (" + Math.round(100.0 * nanos / times.run()) + " %)" : "";
            html.tag("dd", Format.nanos(nanos) + share).close();
        });
        html.close();
    }

    /** How far a stage or job is. */
    static void progress(Html html, int done, int running, int total, boolean failed) {
        int all = Math.max(1, total);
        html.open("div", "class", "progress");
        html.open(
                "svg",
                "viewBox",
                "0 0 100 8",
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                done + " of " + total + " tasks done");
        html.open("rect", "class", "track", "width", "100", "height", "8");
        html.open("rect", "class", failed ? "done-bad" : "done", "width", at(100.0 * done / all), "height", "8");
        html.open(
                "rect",
                "class",
                "doing",
                "x",
                at(100.0 * done / all),
                "width",
                at(Math.min(100.0 * running / all, 100 - 100.0 * done / all)),
                "height",
                "8");
        html.close();
        html.tag(
                "span",
                Format.count(done) + " / " + Format.count(total) + (running > 0 ? " · " + running + " run" : ""));
        html.close();
    }

    /** The attempts at a stage's tasks, a lane for each worker. */
    static void timeline(Html html, StageView stage, List<TaskView> tasks, long now) {
        List<TaskView> shown = tasks.subList(0, Math.min(BARS, tasks.size()));
        Map<Long, Integer> lanes = new LinkedHashMap<>();
        shown.stream().map(TaskView::pid).sorted().forEach(pid -> lanes.putIfAbsent(pid, lanes.size()));
        long first = shown.stream().mapToLong(TaskView::started).min().orElse(stage.started());
        first = tasks.size() > shown.size() ? first : Math.min(first, stage.started());
        long last = shown.stream()
                .mapToLong(task -> task.ended() == 0 ? now : task.ended())
                .max()
                .orElse(now);
        double scale = (WIDTH - LABEL) / (double) Math.max(1, last - first);
        int height = LANE * lanes.size() + 24;
        html.open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", "Timeline of tasks");
        html.open(
                "svg",
                "class",
                "timeline",
                "viewBox",
                "0 0 " + WIDTH + " " + height,
                "role",
                "img",
                "aria-label",
                shown.size() + " attempts in " + lanes.size() + " workers over " + Format.nanos(last - first));
        axis(html, first, last, height);
        for (Map.Entry<Long, Integer> lane : lanes.entrySet()) {
            int y = lane.getValue() * LANE;
            html.open("line", "class", "lane", "x1", "0", "x2", at(WIDTH), "y1", at(y + LANE), "y2", at(y + LANE));
            html.tag("text", lane.getKey() == 0 ? "no worker" : "pid " + lane.getKey(), "x", "4", "y", at(y + 15));
        }
        for (TaskView task : shown) {
            double x = LABEL + scale * (task.started() - first);
            double width = Math.max(1.5, scale * ((task.ended() == 0 ? now : task.ended()) - task.started()));
            html.open(
                    "rect",
                    "class",
                    "t-" + task.status().toLowerCase(Locale.ROOT),
                    "x",
                    at(x),
                    "y",
                    at(lanes.getOrDefault(task.pid(), 0) * LANE + 3.0),
                    "width",
                    at(Math.min(width, WIDTH - x)),
                    "height",
                    at(LANE - 6));
        }
        html.close().close();
    }

    private static void axis(Html html, long first, long last, int height) {
        for (int i = 0; i <= 4; i++) {
            double x = LABEL + (WIDTH - LABEL) * i / 4.0;
            html.open("line", "class", "grid", "x1", at(x), "x2", at(x), "y1", "0", "y2", at(height - 20));
            html.tag(
                    "text",
                    Format.nanos((last - first) * i / 4),
                    "x",
                    at(x),
                    "y",
                    at(height - 6),
                    "text-anchor",
                    i == 0 ? "start" : i == 4 ? "end" : "middle");
        }
    }

    private static String at(double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
    }
}
