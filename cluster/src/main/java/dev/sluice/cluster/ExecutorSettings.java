// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.memory.MemoryTable;
import dev.sluice.core.settings.Configuration;
import dev.sluice.core.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a cluster's executors are started.
 *
 * @param executors how many
 * @param slots tasks at a time in each
 * @param logs where what they write is appended, in files of their own
 * @param texts the cluster's settings, as they were given
 */
record ExecutorSettings(int executors, int slots, Supplier<Path> logs, Map<String, String> texts) {
    private Configuration configuration() {
        return Configuration.of(texts);
    }

    boolean fifo() {
        return configuration().get(Settings.SCHEDULER_MODE).equals("fifo");
    }

    /** What results of all programs together may hold in the coordinator's heap, in bytes. */
    long results() {
        return MemoryTable.of(configuration()).shuffle();
    }

    /** How long executors may take to be there. */
    Duration startTimeout() {
        return configuration().get(Settings.WORKER_START_TIMEOUT);
    }

    /** How long an executor may say nothing. */
    Duration silence() {
        return configuration().get(Settings.CLUSTER_SILENCE);
    }

    /** What one executor is told; its memory is an equal part of the cluster's. */
    ExecutorConfig config(int number, Path socket, Path directory, Path sharedMemory) {
        return new ExecutorConfig(number, socket, slots, directory, sharedMemory, Configuration.of(ofOne()));
    }

    /** The settings of one executor. */
    Map<String, String> ofOne() {
        Map<String, String> settings = new LinkedHashMap<>(texts);
        long total = MemoryTable.of(configuration()).total();
        settings.put("sluice.memory", total / executors + "b");
        return settings;
    }
}
