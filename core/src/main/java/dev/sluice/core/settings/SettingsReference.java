// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes what is generated from the table of settings: {@code docs/settings.md} for people and {@code
 * python/sluice/settings.json} for the Python package.
 */
final class SettingsReference {
    /** The command that brings both files up to date. */
    static final String COMMAND =
            "mvn -q -pl core compile && java -cp core/target/classes " + SettingsReference.class.getName() + " .";

    private SettingsReference() {}

    /**
     * Writes both files.
     *
     * @param args the directory of the checkout
     * @throws IOException if one cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: SettingsReference CHECKOUT");
        }
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = Path.of(args[0]).resolve(file.getKey());
            Path directory = path.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
        }
    }

    /** The text of each file by its path in the checkout. */
    static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("docs/settings.md", markdown());
        files.put("python/sluice/settings.json", json());
        return files;
    }

    private static String markdown() {
        StringBuilder out = new StringBuilder("# Settings\n\n")
                .append("<!-- Generated from core's table of settings; do not edit. To regenerate: ")
                .append(COMMAND)
                .append(" -->\n\n")
                .append("Set them with `Conf().set(name, value)` before the context is made. Sizes and times")
                .append(" carry a unit: `64m`, `1g`, `500ms`, `30s`, `5min`. An unknown `sluice.*` name is an error.")
                .append(" The `spark.*` name, where there is one, means the same; if both are set, the `sluice.*` name")
                .append(
                        " counts. Other names are kept; those that begin with `spark.` are Spark's where it runs the jobs, and")
                .append(" none of them has an effect elsewhere.\n");
        for (Setting<?> setting : Settings.all()) {
            out.append("\n## `")
                    .append(setting.name())
                    .append("`\n\n")
                    .append(setting.doc())
                    .append("\n\n");
            out.append("- Value: ").append(setting.expected());
            out.append(setting.unit().isEmpty() ? "\n" : " (" + setting.unit() + ")\n");
            out.append(setting.defaultText().isEmpty() ? "" : "- Default: `" + setting.defaultText() + "`\n");
            for (Setting.Alias alias : setting.aliases()) {
                out.append("- Spark's name: `").append(alias.name()).append('`');
                out.append(alias.bareUnit().isEmpty() ? "\n" : " (a bare number counts `" + alias.bareUnit() + "`)\n");
            }
        }
        return out.toString();
    }

    private static String json() {
        return Settings.all().stream()
                .map(SettingsReference::json)
                .collect(Collectors.joining(",\n", "{\"settings\": [\n", "\n]}\n"));
    }

    private static String json(Setting<?> setting) {
        SettingType<?> type = setting.type();
        StringBuilder out = new StringBuilder("  {\"name\": ").append(string(setting.name()));
        out.append(", \"type\": ").append(string(type.name()));
        out.append(", \"optional\": ").append(type.optional());
        out.append(", \"default\": ").append(string(setting.defaultText()));
        out.append(", \"unit\": ").append(string(setting.unit()));
        out.append(", \"expected\": ").append(string(type.expected()));
        out.append(",\n   \"choices\": ").append(strings(type.choices()));
        out.append(", \"min\": ").append(type.min()).append(", \"max\": ").append(type.max());
        out.append(", \"aliases\": ")
                .append(setting.aliases().stream()
                        .map(alias -> "{\"name\": " + string(alias.name()) + ", \"bare_unit\": "
                                + string(alias.bareUnit()) + "}")
                        .collect(Collectors.joining(", ", "[", "]")));
        return out.append(",\n   \"doc\": ")
                .append(string(setting.doc()))
                .append('}')
                .toString();
    }

    private static String strings(List<String> items) {
        return items.stream().map(SettingsReference::string).collect(Collectors.joining(", ", "[", "]"));
    }

    /** The table is ASCII of our own making, so two characters are all that needs an escape. */
    private static String string(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
