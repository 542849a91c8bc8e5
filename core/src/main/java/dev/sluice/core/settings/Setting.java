// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import dev.sluice.core.ConfigException;
import dev.sluice.core.Messages;
import java.util.List;

/**
 * One row of the table of settings. Made only by {@link Settings}.
 *
 * @param <T> the Java type of its value
 */
public final class Setting<T> {
    /**
     * A name of Spark's that means the same.
     *
     * @param name the {@code spark.*} name
     * @param bareUnit the unit Spark gives a number without one; empty where it needs none
     */
    record Alias(String name, String bareUnit) {}

    private final String name;
    private final SettingType<T> type;
    private final String defaultText;
    private final String unit;
    private final String doc;
    private final List<Alias> aliases;

    Setting(String name, SettingType<T> type, String defaultText, String unit, String doc, List<Alias> aliases) {
        this.name = name;
        this.type = type;
        this.defaultText = defaultText;
        this.unit = unit;
        this.doc = doc;
        this.aliases = aliases;
    }

    /** {@return the full name; it ends with {@code .*} for a family of settings that share a prefix} */
    public String name() {
        return name;
    }

    /** {@return the default as a user would write it; empty where nothing is set by default} */
    public String defaultText() {
        return defaultText;
    }

    /** {@return what the value counts ("bytes", "time", "tasks"); empty where it counts nothing} */
    public String unit() {
        return unit;
    }

    /** {@return what the setting does, in sentences of Markdown} */
    public String doc() {
        return doc;
    }

    /** {@return the form of an acceptable value, as error messages name it} */
    public String expected() {
        return type.expected();
    }

    /**
     * Parses a value.
     *
     * @param text as the user wrote it; blanks around it are ignored
     * @return the value
     * @throws ConfigException if the text is not of the setting's type or out of its range
     */
    public T parse(String text) {
        return parse(text, name, "");
    }

    T parse(String text, String givenAs, String bareUnit) {
        String trimmed = text.strip();
        boolean bare =
                !bareUnit.isEmpty() && !trimmed.isEmpty() && trimmed.chars().allMatch(Setting::isDigit);
        try {
            return type.parser().parse(bare ? trimmed + bareUnit : trimmed);
        } catch (IllegalArgumentException e) {
            String as = givenAs.equals(name) ? "" : ", the same as " + name;
            throw new ConfigException(
                    "bad value of a setting: name=" + givenAs + as + ", value=" + Messages.quote(text) + ", expected "
                            + type.expected() + "; correct the value",
                    e);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    SettingType<T> type() {
        return type;
    }

    List<Alias> aliases() {
        return aliases;
    }

    boolean isFamily() {
        return name.endsWith(".*");
    }

    @Override
    public String toString() {
        return name;
    }
}
