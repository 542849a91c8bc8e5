// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import dev.sluice.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param status the code of HTTP
 * @param type its media type
 * @param body the bytes
 * @param headers further headers
 */
record Response(int status, String type, byte[] body, Map<String, String> headers) {
    private static final String HTML = "text/html; charset=utf-8";

    static Response html(int status, Html page) {
        return new Response(status, HTML, bytes(page.toString()), Map.of());
    }

    static Response text(int status, String text) {
        return new Response(status, "text/plain; charset=utf-8", bytes(text), Map.of());
    }

    static Response json(int status, @Nullable Object value) {
        return new Response(status, "application/json", bytes(Json.write(value)), Map.of());
    }

    static Response redirect(String path) {
        return new Response(303, "text/plain; charset=utf-8", bytes("see " + path + "\n"), Map.of("location", path));
    }

    Response with(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return new Response(status, type, body, more);
    }

    /** A lone surrogate becomes a question mark here. */
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
