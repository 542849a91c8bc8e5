// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ConfigException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1b,1", "64m,67108864", "1G,1073741824", "2 kb,2048", "3KiB,3072", "8191p,9222246136947933184"})
    void sizes(String text, long bytes) {
        assertThat(Settings.WORKER_MEMORY.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "-1m", "1.5g", "m", "1x", "1 m m", "8192p", "99999999999999999999b", "0x10b", "٣m"})
    void wrongSizes(String text) {
        assertThatThrownBy(() -> Settings.WORKER_MEMORY.parse(text)).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "5us,5000",
        "500ms,500000000",
        "30s,30000000000",
        "5min,300000000000",
        "5m,300000000000",
        "1h,3600000000000",
        "2d,172800000000000"
    })
    void durations(String text, long nanos) {
        assertThat(Settings.WORKER_IDLE_TIMEOUT.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "60", "-1s", "1.5s", "s", "1week", "106752d", "00000000000000000001"})
    void wrongDurations(String text) {
        assertThatThrownBy(() -> Settings.WORKER_IDLE_TIMEOUT.parse(text)).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "1.0", "", "four", "+4", "1_0"})
    void wrongIntegers(String text) {
        assertThatThrownBy(() -> Settings.TASK_MAX_LOSSES.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected a whole number, at least 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "99999"})
    void wrongPorts(String text) {
        assertThat(Settings.UI_PORT.parse("65535")).isEqualTo(65_535);
        assertThatThrownBy(() -> Settings.UI_PORT.parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("from 0 to 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "", "truee"})
    void wrongBooleans(String text) {
        assertThatThrownBy(() -> Settings.WORKER_REUSE.parse(text))
                .hasMessageContaining("name=sluice.worker.reuse")
                .hasMessageContaining("expected true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1.1", "-0.5", "NaN", "0g", "", "60%", "1e9", "0x1p3"})
    void wrongMemory(String text) {
        assertThatThrownBy(() -> Settings.MEMORY_TOTAL.parse(text)).isInstanceOf(ConfigException.class);
    }

    @Test
    void memoryIsAFractionOrASize() {
        assertThat(Settings.MEMORY_TOTAL.parse(".25").of(1000)).isEqualTo(250);
        assertThat(Settings.MEMORY_TOTAL.parse("1").of(1000)).isEqualTo(1000);
        assertThat(Settings.MEMORY_TOTAL.parse("2k").of(1000)).isEqualTo(2048);
    }

    @Test
    void choicesAndPaths() {
        assertThat(Settings.SPILL_CODEC.parse("ZSTD")).isEqualTo("zstd");
        assertThatThrownBy(() -> Settings.SPILL_CODEC.parse("lz4"))
                .hasMessageContaining("expected one of none, zlib, zstd");
        assertThatThrownBy(() -> Settings.LOCAL_DIRS.parse("/a,/b\0c")).hasMessageContaining("value='/a,/b\\u0000c'");
    }

    @ParameterizedTest
    @CsvSource({"1m,true", "2147483647b,true", "1048575b,false", "2g,false", "0,false"})
    void rangesHold(String text, boolean fits) {
        if (fits) {
            assertThat(Settings.FRAME_MAX_LENGTH.parse(text)).isPositive();
        } else {
            assertThatThrownBy(() -> Settings.FRAME_MAX_LENGTH.parse(text))
                    .hasMessageContaining("from 1048576 to 2147483647 bytes");
        }
    }

    @Test
    void everyDefaultIsAcceptedAndEveryNameIsSaidOnce() {
        for (Setting<?> setting : Settings.all()) {
            assertThat(setting.parse(setting.defaultText())).as(setting.name()).isNotNull();
            assertThat(setting.doc()).as(setting.name()).endsWith(".");
        }
        assertThat(Settings.all().stream().map(Setting::name)).doesNotHaveDuplicates();
        assertThat(Settings.all().stream()
                        .flatMap(setting -> setting.aliases().stream())
                        .map(Setting.Alias::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("spark."));
    }

    @Test
    void editDistance() {
        assertThat(Nearest.distance("sluice.task.maxlosses", "sluice.task.maxLosses"))
                .isZero();
        assertThat(Nearest.distance("wroker", "worker")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
