// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Files that pages need, by name; there are no others. */
final class Assets {
    private static final Map<String, String> TYPES = Map.of(
            "sluice.css", "text/css; charset=utf-8",
            "icon.svg", "image/svg+xml",
            "htmx.min.js", "text/javascript; charset=utf-8",
            "hx-sse.min.js", "text/javascript; charset=utf-8");

    private Assets() {}

    static Response answer(List<String> path) {
        String type = path.size() == 2 ? TYPES.get(path.get(1)) : null;
        return type == null
                ? Response.text(404, "no such file\n")
                : new Response(200, type, read(path.get(1)), Map.of("cache-control", "private, max-age=3600"));
    }

    static String text(String name) {
        return new String(read(name), StandardCharsets.UTF_8);
    }

    private static byte[] read(String name) {
        try (InputStream file = Assets.class.getResourceAsStream("static/" + name)) {
            if (file == null) {
                throw new IOException("not on the class path: " + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
