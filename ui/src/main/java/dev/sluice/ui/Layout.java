// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.engine.watch.ProgramInfo;
import org.jspecify.annotations.Nullable;

/** What stands around every page. */
final class Layout {
    static final String[][] PARTS = {
        {"", "Jobs"},
        {"workers", "Workers"},
        {"storage", "Storage"},
        {"settings", "Settings"},
        {"logs", "Logs"},
    };

    private Layout() {}

    /**
     * A page.
     *
     * @param title for the window
     * @param program the program that it is about, if it is about one
     * @param current the part of the program, for the navigation
     * @param live where to hear of changes; empty for a page that does not change
     * @param self the page's own address, to fetch it again
     * @param main what it holds
     */
    static Html page(String title, @Nullable ProgramInfo program, String current, String live, String self, Html main) {
        Html html = new Html();
        html.open("html", "lang", "en");
        head(html, title, !live.isEmpty());
        html.open("body");
        html.link("#main", "Skip to content", "class", "skip");
        html.open("header");
        html.link("/", "Sluice", "class", "brand");
        if (program != null) {
            html.tag("span", program.name(), "class", "program");
            nav(html, program, current);
        }
        html.close();
        if (!live.isEmpty()) {
            html.open("div", "id", "live", "hx-sse:connect", live).close();
            // Fetched again when there is news, and merged into what is shown, so that scroll, focus and what was
            // opened stay.
            html.open(
                    "main",
                    "id",
                    "main",
                    "hx-get",
                    self,
                    "hx-trigger",
                    "news from:#live",
                    "hx-select",
                    "#main",
                    "hx-target",
                    "this",
                    "hx-swap",
                    "outerMorph");
        } else {
            html.open("main", "id", "main");
        }
        html.add(main).close();
        html.close().close();
        return doctype(html);
    }

    private static Html doctype(Html html) {
        return new Html().raw("<!doctype html>\n").add(html);
    }

    private static void head(Html html, String title, boolean live) {
        html.open("head");
        html.open("meta", "charset", "utf-8");
        html.tag("title", title + " – Sluice");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "name", "color-scheme", "content", "light dark");
        html.open("link", "rel", "stylesheet", "href", "/static/sluice.css");
        html.open("link", "rel", "icon", "href", "/static/icon.svg", "type", "image/svg+xml");
        if (live) {
            // What a person has opened stays open when the page is fetched again.
            html.open(
                    "meta",
                    "name",
                    "htmx-config",
                    "content",
                    "{\"includeIndicatorCSS\":false,\"morphIgnore\":[\"data-htmx-powered\",\"open\"]}");
            html.open("script", "src", "/static/htmx.min.js", "defer", "").close();
            html.open("script", "src", "/static/hx-sse.min.js", "defer", "").close();
        }
        html.close();
    }

    private static void nav(Html html, ProgramInfo program, String current) {
        html.open("nav", "aria-label", "Program").open("ul");
        for (String[] part : PARTS) {
            html.open("li");
            String to = Links.pages().to(program.id(), part[0]);
            if (part[0].equals(current)) {
                html.link(to, part[1], "aria-current", "page");
            } else {
                html.link(to, part[1]);
            }
            html.close();
        }
        html.close().close();
    }

    /** What a visitor without a token sees; it needs nothing that would be refused as well. */
    static Html refused() {
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "name", "color-scheme", "content", "light dark");
        html.tag("title", "Token needed – Sluice").close();
        html.open("body").open("main");
        html.tag("h1", "A token is needed");
        html.tag(
                "p",
                "Open the link that the program shows: Context.uiWebUrl, or what sluice cluster status or sluice"
                        + " history prints. It holds the token, and your browser remembers it from then on.");
        html.open("form", "method", "get", "action", "/");
        html.open("label").text("Token ");
        html.open("input", "name", "token", "type", "password", "autocomplete", "off")
                .close();
        html.text(" ").tag("button", "Open").close();
        html.close().close().close();
        return doctype(html);
    }

    /** A page that says one thing. */
    static Html message(@Nullable ProgramInfo program, String title, String text) {
        Html main = new Html().tag("h1", title).tag("p", text);
        main.open("p").link("/", "All programs").close();
        return page(title, program, "-", "", "", main);
    }
}
