// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.util.List;
import java.util.Map;

/** Tables that become cards on a narrow screen: each cell carries its column's name. */
final class Tables {
    private Tables() {}

    static void begin(Html html, String caption, String... columns) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", caption);
        html.open("table").tag("caption", caption).open("thead").open("tr");
        for (String column : columns) {
            html.tag("th", column, "scope", "col");
        }
        html.close().close().open("tbody");
    }

    static void end(Html html) {
        html.close().close().close();
    }

    static void cell(Html html, String column, Object text) {
        html.tag("td", text, "data-label", column);
    }

    static void number(Html html, String column, Object text) {
        html.tag("td", text, "data-label", column, "class", "number");
    }

    static void empty(Html html, int columns, String text) {
        html.open("tr")
                .tag("td", text, "colspan", String.valueOf(columns), "class", "empty")
                .close();
    }

    /** Names and values. */
    static void pairs(Html html, String caption, String name, String value, Map<String, String> pairs) {
        begin(html, caption, name, value);
        pairs.forEach((key, text) -> {
            html.open("tr");
            html.open("td", "data-label", name).tag("code", key).close();
            html.open("td", "data-label", value).tag("code", text).close();
            html.close();
        });
        if (pairs.isEmpty()) {
            empty(html, 2, "None");
        }
        end(html);
    }

    /** Facts at a glance. */
    static void tiles(Html html, List<Map.Entry<String, String>> tiles) {
        html.open("dl", "class", "tiles");
        for (Map.Entry<String, String> tile : tiles) {
            html.open("div").tag("dt", tile.getKey()).tag("dd", tile.getValue()).close();
        }
        html.close();
    }

    /** Links to the pages before and after. */
    static void pager(Html html, String address, int page, int size, int count) {
        int pages = (count + size - 1) / size;
        if (pages <= 1) {
            return;
        }
        String join = address.contains("?") ? "&" : "?";
        html.open("nav", "class", "pager", "aria-label", "Pages");
        if (page > 0) {
            html.link(address + join + "page=" + (page - 1), "← Newer");
        }
        html.tag("span", "Page " + (page + 1) + " of " + pages);
        if (page + 1 < pages) {
            html.link(address + join + "page=" + (page + 1), "Older →");
        }
        html.close();
    }

    /** A word with a colour and a sign. */
    static void status(Html html, String status) {
        String kind = switch (status) {
            case "RUNNING", "SUCCEEDED", "FAILED", "LOST", "CANCELLED", "ENDED" ->
                status.toLowerCase(java.util.Locale.ROOT);
            default -> "other";
        };
        html.tag("span", status.toLowerCase(java.util.Locale.ROOT), "class", "status s-" + kind);
    }
}
