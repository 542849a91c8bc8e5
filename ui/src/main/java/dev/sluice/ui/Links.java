// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where things are shown: on pages of their own, or all on one that is kept as a file. */
interface Links {
    /** The page about a part of a program, or its place on the page; {@code what} may be empty, {@code jobs/3}, ... */
    String to(String program, String what);

    /** Addresses of a server. */
    static Links pages() {
        return (program, what) -> "/programs/" + encode(program) + (what.isEmpty() ? "" : "/" + what);
    }

    /** Places on the page itself. */
    static Links anchors() {
        return (program, what) -> "#"
                + (what.isEmpty() ? "overview" : what.replaceAll("[?&].*", "").replace('/', '-'));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String encodePath(String path) {
        return Arrays.stream(path.split("/", -1)).map(Links::encode).collect(Collectors.joining("/"));
    }
}
