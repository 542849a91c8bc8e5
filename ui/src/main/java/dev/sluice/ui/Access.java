// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may ask, before anybody looks at what is asked for. A visitor shows the token once, as a parameter of the
 * link, and is sent on with a cookie and without the token in the address; a program sends the token as a bearer in each
 * request. The cookie's value is not the token, and a form needs a third secret that only our own pages hold, so that no
 * other site can post one.
 */
final class Access {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Set<String> hosts;
    private final String cookie;
    private final String token;
    private final String session = secret();
    private final String form = secret();

    Access(int port, String token) {
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        // Cookies know hosts and no ports: two of these servers must not take each other's away.
        this.cookie = "sluice-" + port;
        this.token = token.isEmpty() ? secret() : token;
    }

    static String secret() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    String token() {
        return token;
    }

    /** The secret in our forms. */
    String form() {
        return form;
    }

    /** Returns why a request is turned away, or where it is sent on to; null if it may be answered. */
    @Nullable
    Response refuse(Request request) {
        if (!hosts.contains(request.header("host"))) {
            return Response.text(
                    403,
                    "wrong Host: open these pages as "
                            + hosts.stream().sorted().findFirst().orElse("") + "\n");
        }
        String shown = request.query().get("token");
        if (request.reads() && shown != null && same(shown, token)) {
            return Response.redirect(withoutToken(request))
                    .with("set-cookie", cookie + "=" + session + "; Path=/; HttpOnly; SameSite=Lax");
        }
        boolean bearer = bearer(request);
        if (!bearer && !(shown != null && same(shown, token)) && !same(cookie(request), session)) {
            return wantsPage(request)
                    ? Response.html(403, Layout.refused())
                    : Response.text(
                            403, "no valid token: send it as 'Authorization: Bearer TOKEN' or '?token=TOKEN'\n");
        }
        return request.reads() || bearer ? null : crossSite(request);
    }

    private static boolean wantsPage(Request request) {
        return request.reads() && request.header("accept").contains("text/html");
    }

    private boolean bearer(Request request) {
        String header = request.header("authorization");
        return header.startsWith("Bearer ") && same(header.substring(7), token);
    }

    /** A form from elsewhere carries our cookie, but neither our secret nor our origin. */
    private @Nullable Response crossSite(Request request) {
        String origin = request.header("origin");
        String site = request.header("sec-fetch-site");
        boolean own = (origin.isEmpty() || hosts.contains(origin.replaceFirst("^http://", "")))
                && (site.isEmpty() || site.equals("same-origin"))
                && same(request.form().getOrDefault("token", ""), form);
        return own ? null : Response.text(403, "this form is not from these pages; reload the page and try again\n");
    }

    private String cookie(Request request) {
        for (String pair : request.header("cookie").split(";", -1)) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(cookie)) {
                return parts[1];
            }
        }
        return "";
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String withoutToken(Request request) {
        Map<String, String> query = new HashMap<>(request.query());
        query.remove("token");
        String rest = query.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> Links.encode(entry.getKey()) + "=" + Links.encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        // One slash, or the browser takes what follows for a host.
        String path = "/" + Links.encodePath(request.path().replaceFirst("^[/\\\\]+", ""));
        return path + (rest.isEmpty() ? "" : "?" + rest);
    }
}
