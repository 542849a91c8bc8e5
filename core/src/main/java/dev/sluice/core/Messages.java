// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** Puts text that others wrote into messages, so that it can neither break a line nor fill a log. */
public final class Messages {
    private static final int LIMIT = 120;

    private Messages() {}

    /**
     * Quotes a value for a message.
     *
     * @param value any text
     * @return the text between single quotes, control characters and lone surrogates escaped, at most 120 characters of
     *     it followed by its full length
     */
    public static String quote(String value) {
        StringBuilder out = new StringBuilder("'");
        int end = Math.min(value.length(), LIMIT);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '\'' || c == '\\') {
                out.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        if (value.length() > end) {
            return out.append("...' (")
                    .append(value.length())
                    .append(" characters)")
                    .toString();
        }
        return out.append('\'').toString();
    }

    /**
     * Writes a number of bytes for people.
     *
     * @param bytes any number of bytes
     * @return the number in the largest unit that leaves at least one, such as {@code 1.5g} or {@code 12b}; a tenth is
     *     rounded down
     */
    public static String size(long bytes) {
        String units = "bkmgtp";
        int unit = 0;
        long whole = bytes;
        long rest = 0;
        while ((whole >= 1024 || whole <= -1024) && unit < units.length() - 1) {
            rest = Math.abs(whole % 1024);
            whole /= 1024;
            unit++;
        }
        long tenths = rest * 10 / 1024;
        return whole + (tenths == 0 ? "" : "." + tenths) + units.charAt(unit);
    }
}
