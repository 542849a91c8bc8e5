// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    @Test
    void defaultsParse() {
        Configuration defaults = Configuration.defaults();
        assertThat(defaults.get(Settings.WORKER_REUSE)).isTrue();
        assertThat(defaults.get(Settings.WORKER_IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.get(Settings.WORKER_MEMORY)).isEqualTo(512L << 20);
        assertThat(defaults.get(Settings.BROADCAST_SHARE_ABOVE)).isEqualTo(32L << 20);
        assertThat(defaults.get(Settings.TASK_MAX_LOSSES)).isEqualTo(4);
        assertThat(defaults.get(Settings.MEMORY_TOTAL)).isEqualTo(new MemoryAmount(0.6, 0));
        assertThat(defaults.get(Settings.DEFAULT_PARALLELISM)).isEmpty();
        assertThat(defaults.get(Settings.LOCAL_DIRS)).isEmpty();
        assertThat(defaults.get(Settings.WORKER_PRELOAD)).isEmpty();
        assertThat(defaults.entries()).isEmpty();
    }

    @Test
    void ownNamesAreRead() {
        Configuration configuration = Configuration.of(Map.of(
                "sluice.worker.reuse", " FALSE ",
                "sluice.worker.preload", "numpy, pandas,",
                "sluice.local.dirs", "/a,/b c",
                "sluice.memory", "8g",
                "sluice.default.parallelism", "7"));
        assertThat(configuration.get(Settings.WORKER_REUSE)).isFalse();
        assertThat(configuration.get(Settings.WORKER_PRELOAD)).isEqualTo(List.of("numpy", "pandas"));
        assertThat(configuration.get(Settings.LOCAL_DIRS)).isEqualTo(List.of(Path.of("/a"), Path.of("/b c")));
        assertThat(configuration.get(Settings.MEMORY_TOTAL)).isEqualTo(new MemoryAmount(0, 8L << 30));
        assertThat(configuration.get(Settings.DEFAULT_PARALLELISM)).isEqualTo(Optional.of(7));
    }

    @Test
    void sparkNamesAreReadWithSparksUnits() {
        Configuration configuration = Configuration.of(Map.of(
                "spark.master", "local[2]",
                "spark.python.worker.memory", "256",
                "spark.driver.memory", "2g",
                "spark.python.task.killTimeout", "250",
                "spark.scheduler.mode", "FIFO"));
        assertThat(configuration.get(Settings.MASTER)).isEqualTo("local[2]");
        assertThat(configuration.get(Settings.WORKER_MEMORY)).isEqualTo(256L << 20);
        assertThat(configuration.get(Settings.MEMORY_HEAP)).isEqualTo(Optional.of(2L << 30));
        assertThat(configuration.get(Settings.CANCEL_GRACE)).isEqualTo(Duration.ofMillis(250));
        assertThat(configuration.get(Settings.SCHEDULER_MODE)).isEqualTo("fifo");
        assertThat(configuration.isSet(Settings.MASTER)).isTrue();
        assertThat(configuration.isSet(Settings.APP_NAME)).isFalse();
    }

    @Test
    void ownNameWinsOverSparks() {
        Configuration configuration = Configuration.of(Map.of("spark.app.name", "theirs", "sluice.app.name", "ours"));
        assertThat(configuration.get(Settings.APP_NAME)).isEqualTo("ours");
    }

    @Test
    void foreignNamesAreKept() {
        Map<String, String> foreign = Map.of("spark.hadoop.fs.x", "1", "my.key", "", "sluice", "x");
        assertThat(Configuration.of(foreign).entries()).isEqualTo(foreign);
    }

    @Test
    void laterSettingsWin() {
        Configuration configuration =
                Configuration.of(Map.of("sluice.app.name", "a", "x", "1")).with(Map.of("sluice.app.name", "b"));
        assertThat(configuration.entries()).isEqualTo(Map.of("sluice.app.name", "b", "x", "1"));
    }

    @Test
    void familiesAreReadUnderBothNames() {
        Configuration configuration = Configuration.of(
                Map.of("spark.executorEnv.A", "theirs", "spark.executorEnv.B", "2", "sluice.worker.env.A", "ours"));
        assertThat(configuration.family(Settings.WORKER_ENV)).isEqualTo(Map.of("A", "ours", "B", "2"));
        assertThatThrownBy(() -> configuration.get(Settings.WORKER_ENV))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a single setting: name=sluice.worker.env.*");
    }

    @Test
    void unknownNamesNameTheNearest() {
        assertThatThrownBy(() -> Configuration.of(Map.of("sluice.wroker.reuse", "true")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown setting: name='sluice.wroker.reuse', nearest=sluice.worker.reuse;"
                        + " correct the name, docs/settings.md has them all");
        assertThatThrownBy(() -> Configuration.of(Map.of("sluice.worker.env.", "x")))
                .hasMessageContaining("nearest=sluice.worker.env.*");
        assertThatThrownBy(() -> Configuration.of(Map.of("sluice." + "x".repeat(1 << 20), "1")))
                .hasMessageContaining("(1048583 characters)");
    }

    @Test
    void wrongValuesNameSettingValueAndForm() {
        assertThatThrownBy(() -> Configuration.of(Map.of("sluice.worker.idleTimeout", "60")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "bad value of a setting: name=sluice.worker.idleTimeout, value='60', expected a whole number"
                                + " with a unit such as 500ms, 30s or 5min (us, ms, s, min, h, d), or 0; correct the value");
        assertThatThrownBy(() -> Configuration.of(Map.of("spark.python.worker.memory", "lots")))
                .hasMessage("bad value of a setting: name=spark.python.worker.memory, the same as"
                        + " sluice.worker.memory, value='lots', expected a whole number with a unit such as 64m or 1g"
                        + " (b, k, m, g, t), or 0; correct the value");
    }
}
