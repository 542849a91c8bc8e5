// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units. A bare number is refused: what it would count is a guess. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\s*([a-z]*)");

    private Quantity() {}

    static long bytes(String text) {
        Matcher matcher = match(text);
        int shift = switch (matcher.group(2)) {
            case "b" -> 0;
            case "k", "kb", "kib" -> 10;
            case "m", "mb", "mib" -> 20;
            case "g", "gb", "gib" -> 30;
            case "t", "tb", "tib" -> 40;
            case "p", "pb", "pib" -> 50;
            default -> {
                requireZero(matcher);
                yield 0;
            }
        };
        return multiply(matcher, 1L << shift);
    }

    static Duration duration(String text) {
        Matcher matcher = match(text);
        ChronoUnit unit = switch (matcher.group(2)) {
            case "us" -> ChronoUnit.MICROS;
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m", "min" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            case "d" -> ChronoUnit.DAYS;
            default -> {
                requireZero(matcher);
                yield ChronoUnit.SECONDS;
            }
        };
        // Timers count nanoseconds in a long, so what does not fit there is refused here and not at first use.
        return Duration.ofNanos(multiply(matcher, unit.getDuration().toNanos()));
    }

    static int integer(String text) {
        if (!text.matches("-?[0-9]{1,10}")) {
            throw new IllegalArgumentException("not a whole number");
        }
        return Integer.parseInt(text);
    }

    static double fraction(String text) {
        if (!text.matches("[0-9]*\\.?[0-9]+")) {
            throw new IllegalArgumentException("not a decimal number");
        }
        double value = Double.parseDouble(text);
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException("not above 0 and at most 1");
        }
        return value;
    }

    private static Matcher match(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a whole number with a unit");
        }
        return matcher;
    }

    private static void requireZero(Matcher matcher) {
        if (!matcher.group(2).isEmpty() || !matcher.group(1).matches("0+")) {
            throw new IllegalArgumentException("unknown or missing unit");
        }
    }

    private static long multiply(Matcher matcher, long factor) {
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large", e);
        }
    }
}
