// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import java.util.regex.Pattern;

/** Leaves out of settings and variables what sounds like a secret, by their names and by what their values name. */
final class Secrets {
    private static final String INSTEAD = "(not shown)";
    private static final String SOUNDS =
            "secret|pass(w|phrase|code|_|\\b)|pwd|token|credential|private|(^|[._-])dsn|(access|api|auth).?key";
    private static final Pattern NAME = Pattern.compile(SOUNDS, Pattern.CASE_INSENSITIVE);

    /** The password of an address: {@code scheme://user:password@host}. */
    private static final Pattern IN_ADDRESS = Pattern.compile("(://[^\\s/:@]*:)[^\\s/]+@");

    /** A pair whose name sounds so: {@code -Dx.password=...}, {@code ?token=...}, {@code Pwd=...;}. */
    private static final Pattern PAIR = Pattern.compile(
            "(?<![\\w.-])(?=[\\w.-]*(?:" + SOUNDS + "))([\\w.-]+=)(\"[^\"]*\"|[^\\s&;,]+)", Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** The value as it may be shown. */
    static String hidden(String name, String value) {
        if (NAME.matcher(name).find()) {
            return INSTEAD;
        }
        String shown = IN_ADDRESS.matcher(value).replaceAll("$1" + INSTEAD + "@");
        return PAIR.matcher(shown).replaceAll(found -> found.group(found.groupCount() - 1) + INSTEAD);
    }
}
