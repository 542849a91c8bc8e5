// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import dev.sluice.core.ConfigException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What one program has set, checked and parsed as a whole. Immutable. */
public final class Configuration {
    private final Map<String, String> entries;
    private final Map<String, Object> values = new HashMap<>();

    private Configuration(Map<String, String> entries) {
        this.entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /**
     * Checks and parses settings. A {@code sluice.*} name wins over the {@code spark.*} name for the same; names outside
     * {@code sluice.*} that have no counterpart are kept as they are.
     *
     * @param entries names and values as the user wrote them
     * @return the configuration
     * @throws ConfigException if a {@code sluice.*} name is unknown, naming the nearest one, or a value is not of its
     *     setting's type
     */
    public static Configuration of(Map<String, String> entries) {
        Configuration configuration = new Configuration(entries);
        configuration.entries.keySet().forEach(Settings::requireKnown);
        for (Setting<?> setting : Settings.all()) {
            if (!setting.isFamily()) {
                configuration.values.put(setting.name(), configuration.parse(setting));
            }
        }
        return configuration;
    }

    /** {@return the configuration of a program that sets nothing} */
    public static Configuration defaults() {
        return of(Map.of());
    }

    /**
     * Returns a configuration with further settings, which win over those of this one.
     *
     * @param more names and values as the user wrote them
     * @return a new configuration
     * @throws ConfigException as {@link #of} does
     */
    public Configuration with(Map<String, String> more) {
        Map<String, String> merged = new TreeMap<>(entries);
        merged.putAll(more);
        return of(merged);
    }

    /**
     * Returns the value of a setting, its default if the program does not set it.
     *
     * @param <T> what its values are
     * @param setting a setting of {@link Settings} that is not a family
     * @return the value
     */
    @SuppressWarnings("unchecked") // of() stored under the setting's name what the setting itself parsed
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.name());
        if (value == null) {
            throw new IllegalArgumentException("not a single setting: name=" + setting.name());
        }
        return (T) value;
    }

    /**
     * Tells whether the program sets a setting itself, under its own name or that of Spark.
     *
     * @param setting a setting that is not a family
     * @return false if {@link #get} gives the default
     */
    public boolean isSet(Setting<?> setting) {
        return entries.containsKey(setting.name())
                || setting.aliases().stream().anyMatch(alias -> entries.containsKey(alias.name()));
    }

    /**
     * Returns the members of a family of settings.
     *
     * @param family a setting whose name ends with {@code .*}
     * @return values by what follows the prefix, in order of names
     */
    public Map<String, String> family(Setting<?> family) {
        Map<String, String> members = new TreeMap<>();
        for (int i = family.aliases().size() - 1; i >= 0; i--) {
            collect(family.aliases().get(i).name(), members);
        }
        collect(family.name(), members);
        return Collections.unmodifiableMap(members);
    }

    /** {@return every name and value as the user wrote them, those that Sluice does not know included} */
    public Map<String, String> entries() {
        return entries;
    }

    private void collect(String pattern, Map<String, String> into) {
        String prefix = pattern.substring(0, pattern.length() - 1);
        entries.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                into.put(key.substring(prefix.length()), value);
            }
        });
    }

    private <T> Object parse(Setting<T> setting) {
        String own = entries.get(setting.name());
        if (own != null) {
            return setting.parse(own);
        }
        for (Setting.Alias alias : setting.aliases()) {
            String value = entries.get(alias.name());
            if (value != null) {
                return setting.parse(value, alias.name(), alias.bareUnit());
            }
        }
        return setting.parse(setting.defaultText());
    }
}
