// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReferenceTest {
    @TempDir
    Path checkout;

    @Test
    void generatedFilesAreUpToDate() throws IOException {
        Path root = Path.of(System.getProperty("sluice.root", ".."));
        for (Map.Entry<String, String> file : SettingsReference.files().entrySet()) {
            Path path = root.resolve(file.getKey());
            assertThat(Files.exists(path) ? Files.readString(path) : "(no file)")
                    .as("%s is stale; in the checkout run: %s", path, SettingsReference.COMMAND)
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void writesWhatItGenerates() throws IOException {
        SettingsReference.main(new String[] {checkout.toString()});
        for (Map.Entry<String, String> file : SettingsReference.files().entrySet()) {
            assertThat(checkout.resolve(file.getKey())).hasContent(file.getValue());
        }
    }

    @Test
    void everyConstantIsInTheTable() {
        List<String> constants = Arrays.stream(Settings.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Setting.class)
                .map(SettingsReferenceTest::nameOf)
                .toList();
        assertThat(Settings.all().stream().map(Setting::name)).isEqualTo(constants);
    }

    private static String nameOf(java.lang.reflect.Field field) {
        try {
            return ((Setting<?>) field.get(null)).name();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
