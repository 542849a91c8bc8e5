// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.core.memory.MachineMemory;
import dev.sluice.core.memory.MemoryTable;
import dev.sluice.core.settings.Configuration;
import dev.sluice.core.settings.Settings;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a coordinator tells an executor at its start.
 *
 * @param number names it among the executors of the cluster; one that replaces another has another
 * @param socket where the coordinator listens
 * @param slots tasks at a time
 * @param directory a private directory, made by the coordinator, which removes it
 * @param sharedMemory the same in shared memory
 * @param configuration the cluster's settings, with the executor's part of memory as {@code sluice.memory}
 */
record ExecutorConfig(
        int number, Path socket, int slots, Path directory, Path sharedMemory, Configuration configuration) {
    static ExecutorConfig read(JsonObject json) {
        return new ExecutorConfig(
                json.integer("number"),
                Path.of(json.text("socket")),
                json.integer("slots"),
                Path.of(json.text("directory")),
                Path.of(json.text("sharedMemory")),
                Configuration.of(json.textMap("settings")));
    }

    Map<String, Object> write(Map<String, String> settings) {
        return Map.of(
                "number",
                number,
                "socket",
                socket.toString(),
                "slots",
                slots,
                "directory",
                directory.toString(),
                "sharedMemory",
                sharedMemory.toString(),
                "settings",
                settings);
    }

    /** What the private memory of all its workers together may come to, in bytes. */
    long workerMemory() {
        return configuration.get(Settings.EXECUTOR_WORKER_MEMORY).orElseGet(() -> memory().workers());
    }

    /** How the executor's memory is split. Outputs lie in shared memory, so the heap that the JVM has says nothing. */
    MemoryTable memory() {
        return MemoryTable.of(configuration, MachineMemory.read(), Long.MAX_VALUE);
    }
}
