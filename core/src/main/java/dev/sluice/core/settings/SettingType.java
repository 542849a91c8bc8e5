// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of a setting's values.
 *
 * @param name what the generated registry calls it; Python picks its own parser by this name
 * @param expected the form in words, for messages and docs
 * @param optional whether an empty text is a value ("not set")
 * @param choices the accepted words; empty for every other type
 * @param min the least accepted number, for types that have one
 * @param max the greatest accepted number, for types that have one
 * @param parser throws IllegalArgumentException for anything else
 */
record SettingType<T>(
        String name, String expected, boolean optional, List<String> choices, long min, long max, Parser<T> parser) {

    interface Parser<T> {
        T parse(String text);
    }

    private static final int PORT = 65_535;

    static final SettingType<String> STRING = of("string", "a text", text -> text);

    static final SettingType<Boolean> BOOLEAN = of("boolean", "true or false", SettingType::parseBoolean);

    static final SettingType<Long> BYTES =
            of("bytes", "a whole number with a unit such as 64m or 1g (b, k, m, g, t), or 0", Quantity::bytes);

    static final SettingType<Duration> DURATION = of(
            "duration",
            "a whole number with a unit such as 500ms, 30s or 5min (us, ms, s, min, h, d), or 0",
            Quantity::duration);

    static final SettingType<Double> FRACTION =
            of("fraction", "a number above 0 and at most 1, such as 0.6", Quantity::fraction);

    static final SettingType<MemoryAmount> MEMORY = of(
            "memory",
            "a fraction of the machine above 0 and at most 1, such as 0.6, or a size such as 8g",
            MemoryAmount::parse);

    static final SettingType<Path> PATH = of("path", "a path", SettingType::parsePath);

    static final SettingType<List<String>> STRINGS =
            of("strings", "names separated by commas", SettingType::parseStrings);

    static final SettingType<List<Path>> PATHS = of(
            "paths",
            "paths separated by commas",
            text -> parseStrings(text).stream().map(SettingType::parsePath).toList());

    static SettingType<Integer> integer(int min) {
        return new SettingType<>(
                "int", "a whole number, at least " + min, false, List.of(), min, Integer.MAX_VALUE, text -> {
                    int value = Quantity.integer(text);
                    if (value < min) {
                        throw new IllegalArgumentException("below " + min);
                    }
                    return value;
                });
    }

    /** A port of TCP; 0 for any that is free. */
    static SettingType<Integer> port() {
        SettingType<Integer> number = integer(0);
        String expected = "a whole number from 0 to " + PORT;
        return new SettingType<>("int", expected, false, List.of(), 0, PORT, text -> {
            int value = number.parser.parse(text);
            if (value > PORT) {
                throw new IllegalArgumentException("above " + PORT);
            }
            return value;
        });
    }

    static SettingType<Long> bytes(long min, long max) {
        String expected = BYTES.expected + ", from " + min + " to " + max + " bytes";
        return new SettingType<>("bytes", expected, false, List.of(), min, max, text -> {
            long value = Quantity.bytes(text);
            if (value < min || value > max) {
                throw new IllegalArgumentException("out of range");
            }
            return value;
        });
    }

    /** Words; case is ignored, since Spark's documentation writes some of them in capitals. */
    static SettingType<String> choice(String... words) {
        List<String> choices = List.of(words);
        return new SettingType<>("choice", "one of " + String.join(", ", words), false, choices, 0, 0, text -> {
            String word = text.toLowerCase(Locale.ROOT);
            if (!choices.contains(word)) {
                throw new IllegalArgumentException("not one of " + choices);
            }
            return word;
        });
    }

    /** The same type with an empty text for "not set". */
    SettingType<Optional<T>> orUnset() {
        Parser<Optional<T>> orEmpty = text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.parse(text));
        return new SettingType<>(name, expected + ", or nothing", true, choices, min, max, orEmpty);
    }

    private static <T> SettingType<T> of(String name, String expected, Parser<T> parser) {
        return new SettingType<>(name, expected, false, List.of(), 0, Long.MAX_VALUE, parser);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static List<String> parseStrings(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static Path parsePath(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty path");
        }
        return Path.of(text);
    }
}
