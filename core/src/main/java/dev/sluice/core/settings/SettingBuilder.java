// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import java.util.ArrayList;
import java.util.List;

/** Lets the table of settings read like a table. */
final class SettingBuilder<T> {
    private final String name;
    private final SettingType<T> type;
    private final List<Setting.Alias> aliases = new ArrayList<>();
    private String defaultText = "";
    private String unit = "";

    SettingBuilder(String name, SettingType<T> type) {
        this.name = name;
        this.type = type;
    }

    SettingBuilder<T> byDefault(String text) {
        defaultText = text;
        return this;
    }

    SettingBuilder<T> unit(String what) {
        unit = what;
        return this;
    }

    SettingBuilder<T> alias(String sparkName) {
        return alias(sparkName, "");
    }

    SettingBuilder<T> alias(String sparkName, String bareUnit) {
        aliases.add(new Setting.Alias(sparkName, bareUnit));
        return this;
    }

    Setting<T> doc(String sentences) {
        return new Setting<>(name, type, defaultText, unit, sentences, List.copyOf(aliases));
    }
}
