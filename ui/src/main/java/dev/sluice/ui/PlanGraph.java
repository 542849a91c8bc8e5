// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.PlanNode;
import dev.sluice.engine.watch.JobView;
import dev.sluice.engine.watch.StageView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Draws a job's plan: inputs above what reads them, each node in the row below its lowest input. */
final class PlanGraph {
    private static final int WIDTH = 190;
    private static final int HEIGHT = 50;
    private static final int GAP_X = 22;
    private static final int GAP_Y = 34;
    private static final int LABEL = 23;

    private final JobView job;
    private final Map<Long, Integer> rows = new HashMap<>();
    private final Map<Long, int[]> places = new HashMap<>();
    private final Map<Long, StageView> stages = new HashMap<>();

    PlanGraph(JobView job) {
        this.job = job;
        job.stages().forEach(stage -> stages.put(stage.dataset(), stage));
        List<Integer> columns = new ArrayList<>();
        for (PlanNode node : job.plan()) {
            // Inputs come first; one that was left out of a long plan counts as a row above.
            int row = node.inputs().stream()
                    .mapToInt(input -> rows.getOrDefault(input, -1) + 1)
                    .max()
                    .orElse(0);
            rows.put(node.id(), row);
            while (columns.size() <= row) {
                columns.add(0);
            }
            int column = columns.get(row);
            columns.set(row, column + 1);
            places.put(node.id(), new int[] {column * (WIDTH + GAP_X) + 4, row * (HEIGHT + GAP_Y) + 4});
        }
    }

    void draw(Html html, Links links, String program) {
        int width = places.values().stream().mapToInt(place -> place[0]).max().orElse(0) + WIDTH + 8;
        int height = places.values().stream().mapToInt(place -> place[1]).max().orElse(0) + HEIGHT + 8;
        html.open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", "Plan as a graph");
        html.open(
                "svg",
                "class",
                "plan",
                "viewBox",
                "0 0 " + width + " " + height,
                "width",
                String.valueOf(width),
                "height",
                String.valueOf(height),
                "role",
                "img",
                "aria-label",
                job.plan().size() + " nodes; the table below has the same");
        job.plan().forEach(node -> edges(html, node));
        job.plan().forEach(node -> box(html, node, links, program));
        html.close().close();
    }

    private void edges(Html html, PlanNode node) {
        int[] to = places.get(node.id());
        for (long input : node.inputs()) {
            int[] from = places.get(input);
            if (from != null && to != null) {
                int x1 = from[0] + WIDTH / 2;
                int y1 = from[1] + HEIGHT;
                int x2 = to[0] + WIDTH / 2;
                int middle = (y1 + to[1]) / 2;
                html.open(
                        "path",
                        "class",
                        node.kind().equals("shuffle") ? "edge shuffled" : "edge",
                        "d",
                        "M" + x1 + " " + y1 + "C" + x1 + " " + middle + " " + x2 + " " + middle + " " + x2 + " "
                                + to[1]);
            }
        }
    }

    private void box(Html html, PlanNode node, Links links, String program) {
        int[] place = places.getOrDefault(node.id(), new int[] {0, 0});
        StageView stage = stages.get(node.id());
        if (stage != null) {
            html.open("a", "href", links.to(program, "stages/" + stage.stage()));
        }
        html.open("g", "class", "node n-" + kind(node));
        html.open(
                "rect",
                "x",
                String.valueOf(place[0]),
                "y",
                String.valueOf(place[1]),
                "width",
                String.valueOf(WIDTH),
                "height",
                String.valueOf(HEIGHT),
                "rx",
                "6");
        html.tag("title", describe(node));
        html.tag("text", cut(label(node)), "x", at(place[0]), "y", String.valueOf(place[1] + 20), "class", "label");
        String below = "#" + node.id() + " · " + Format.count(node.partitions()) + " partitions"
                + (stage != null ? " · stage " + stage.stage() : "");
        html.tag("text", below, "x", at(place[0]), "y", String.valueOf(place[1] + 39));
        html.close();
        if (stage != null) {
            html.close();
        }
    }

    private static String at(int x) {
        return String.valueOf(x + 10);
    }

    /** The kind as a class of the style sheet: what is not known gets none of its own. */
    private static String kind(PlanNode node) {
        return switch (node.kind()) {
            case "source", "python", "shuffle", "union", "coalesce", "zip", "cartesian", "cached" -> node.kind();
            default -> "other";
        };
    }

    static String label(PlanNode node) {
        return node.label().isEmpty() ? node.kind() : node.label();
    }

    private static String describe(PlanNode node) {
        return node.kind() + " " + node.label();
    }

    private static String cut(String text) {
        return text.length() <= LABEL ? text : text.substring(0, LABEL - 1) + "…";
    }

    /** The same as a table, for those who cannot see the drawing. */
    void table(Html html, Links links, String program) {
        html.open("details").tag("summary", "The plan as a table");
        Tables.begin(html, "Nodes of the plan", "Node", "Kind", "What", "Partitions", "Inputs", "Stage");
        for (PlanNode node : job.plan()) {
            html.open("tr");
            Tables.cell(html, "Node", "#" + node.id());
            Tables.cell(html, "Kind", node.kind());
            Tables.cell(html, "What", node.label());
            Tables.number(html, "Partitions", Format.count(node.partitions()));
            Tables.cell(
                    html,
                    "Inputs",
                    String.join(", ", node.inputs().stream().map(id -> "#" + id).toList()));
            StageView stage = stages.get(node.id());
            html.open("td", "data-label", "Stage");
            if (stage != null) {
                html.link(links.to(program, "stages/" + stage.stage()), stage.stage());
            }
            html.close().close();
        }
        Tables.end(html);
        html.close();
    }
}
