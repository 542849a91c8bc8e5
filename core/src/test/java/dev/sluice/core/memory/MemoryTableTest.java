// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ConfigException;
import dev.sluice.core.settings.Configuration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryTableTest {
    private static final long MIB = 1L << 20;
    private static final MachineMemory MACHINE = new MachineMemory(10_000 * MIB, "/proc/meminfo");

    @Test
    void defaultIsSixtyHundredthsInFiveParts() {
        MemoryTable table = table(Map.of(), Long.MAX_VALUE);
        assertThat(table.total()).isEqualTo(6_000 * MIB);
        assertThat(table.heap()).isEqualTo(600 * MIB);
        assertThat(table.shuffle()).isEqualTo(1_200 * MIB);
        assertThat(table.cache()).isEqualTo(900 * MIB);
        assertThat(table.workers()).isEqualTo(1_800 * MIB);
        assertThat(table.shared()).isEqualTo(1_500 * MIB);
        assertThat(table.describe())
                .isEqualTo("memory 5.8g of 9.7g (/proc/meminfo): heap 600m, shuffle and spool 1.1g, cache 900m,"
                        + " workers 1.7g, shared memory 1.4g");
    }

    @Test
    void aSmallHeapLeavesItsShareToTheOthers() {
        MemoryTable table = table(Map.of(), 450 * MIB);
        assertThat(table.jvm()).isEqualTo(450 * MIB);
        assertThat(table.shuffle()).isEqualTo(200 * MIB);
        assertThat(sum(table)).isBetween(table.total() - 5, table.total());
    }

    @Test
    void aHeapThatWasAskedForStopsShortOfTheRest() {
        assertThat(table(Map.of("spark.driver.memory", "1g"), 1024 * MIB).jvm()).isBetween(1024 * MIB - 3, 1024 * MIB);
        MemoryTable table = table(Map.of("sluice.memory.heap", "100g"), Long.MAX_VALUE);
        assertThat(table.jvm()).isBetween(4_200 * MIB - 3, 4_200 * MIB);
        assertThat(table.workers()).isPositive();
    }

    @Test
    void extremesDoNotOverflow() {
        for (String amount : new String[] {"1m", "8191p", "9223372036854775807b"}) {
            MemoryTable table = table(Map.of("sluice.memory", amount), Long.MAX_VALUE);
            assertThat(sum(table)).as(amount).isBetween(table.total() - 5, table.total());
        }
    }

    @Test
    void tooLittleIsRefused() {
        assertThatThrownBy(() -> table(Map.of("sluice.memory", "1023k"), Long.MAX_VALUE))
                .isInstanceOf(ConfigException.class)
                .hasMessage("too little memory to plan with: name=sluice.memory, value=1047552 bytes, at least=1048576;"
                        + " set it to a size such as 1g");
    }

    @Test
    void thisMachineHasATable() {
        assertThat(MemoryTable.of(Configuration.defaults()).jvm())
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory());
    }

    private static MemoryTable table(Map<String, String> settings, long largestHeap) {
        return MemoryTable.of(Configuration.of(settings), MACHINE, largestHeap);
    }

    private static long sum(MemoryTable table) {
        return table.jvm() + table.workers() + table.shared();
    }
}
