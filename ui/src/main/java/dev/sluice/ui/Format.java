// SPDX-License-Identifier: Apache-2.0
package dev.sluice.ui;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How numbers are shown to people. */
final class Format {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Format() {}

    /** A length of time, in three digits or so. */
    static String nanos(long nanos) {
        double value = nanos;
        if (nanos < 1_000_000) {
            return number(value / 1_000) + " µs";
        } else if (nanos < 1_000_000_000L) {
            return number(value / 1_000_000) + " ms";
        } else if (nanos < 120_000_000_000L) {
            return number(value / 1_000_000_000) + " s";
        }
        long seconds = nanos / 1_000_000_000L;
        if (seconds < 7200) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
                .replaceFirst("\\.?0+$", value < 100 ? "" : "$0");
    }

    static String bytes(long bytes) {
        if (bytes < 0) {
            return "–";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : number(value) + " " + UNITS[unit];
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The time of day of nanoseconds since 1970, here. */
    static String time(long nanos) {
        return TIME.format(Instant.ofEpochMilli(nanos / 1_000_000).atZone(ZoneId.systemDefault()));
    }

    static String date(long millis) {
        return DATE.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
    }
}
