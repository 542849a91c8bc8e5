// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes HTML and SVG. Every text and every attribute's value is escaped here and nowhere else, so that no name or
 * message of a program can become markup; what would hide or reorder text is shown as U+FFFD.
 */
final class Html {
    private static final Set<String> VOID = Set.of("meta", "link", "input", "br", "rect", "line", "path");

    /** Several scripts and most emoji need these. */
    private static final char ZERO_WIDTH_NON_JOINER = '\u200c';

    private static final char ZERO_WIDTH_JOINER = '\u200d';

    private final StringBuilder out = new StringBuilder(8192);
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; attributes are names and values in turn. */
    Html open(String name, String... attributes) {
        start(name, attributes);
        if (!VOID.contains(name)) {
            open.push(name);
        }
        return this;
    }

    private void start(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        if (name.equals("rect") || name.equals("line") || name.equals("path")) {
            out.append("</").append(name).append('>');
        }
    }

    /** Closes the element that was opened last. */
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Writes an element that holds a text alone. */
    Html tag(String name, Object text, String... attributes) {
        return open(name, attributes).text(text).close();
    }

    /** Writes a link. */
    Html link(String to, Object text, String... attributes) {
        String[] all = new String[attributes.length + 2];
        all[0] = "href";
        all[1] = to;
        System.arraycopy(attributes, 0, all, 2, attributes.length);
        return tag("a", text, all);
    }

    Html text(Object text) {
        escape(String.valueOf(text));
        return this;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(visible(text, i) ? c : '\uFFFD');
            }
        }
    }

    private static boolean visible(String text, int i) {
        char c = text.charAt(i);
        if (c < ' ') {
            return c == '\n' || c == '\t';
        }
        if (c < 0x7f) {
            return true;
        }
        int whole = c;
        if (Character.isHighSurrogate(c)) {
            whole = text.codePointAt(i);
        } else if (Character.isLowSurrogate(c)) {
            whole = i > 0 ? text.codePointBefore(i + 1) : c;
        }
        int kind = Character.getType(whole);
        boolean joins = c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
        // What reorders text, has no width, or tags what is before it.
        boolean hidden = kind == Character.FORMAT && !joins;
        return !hidden && kind != Character.CONTROL && kind != Character.SURROGATE && c < 0xfffe;
    }

    /** Adds what another one wrote, as it is. */
    Html add(Html other) {
        out.append(other.out);
        return this;
    }

    /** Adds markup that is written here in the source. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** {@return what was written; every element is closed} */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements are open: " + open);
        }
        return out.toString();
    }
}
