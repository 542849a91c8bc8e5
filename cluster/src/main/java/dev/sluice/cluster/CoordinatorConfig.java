// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.core.settings.Configuration;
import java.nio.file.Path;
import java.util.Map;

/**
 * What `sluice cluster start` tells a coordinator.
 *
 * @param state the cluster's private directory, made by whoever starts it
 * @param port where to listen on loopback; 0 to let the kernel choose
 * @param executors how many executors
 * @param cores tasks at a time in each
 * @param version of Sluice, which programs must have too
 * @param settings settings of the cluster, as they were given
 */
record CoordinatorConfig(Path state, int port, int executors, int cores, String version, Map<String, String> settings) {
    static CoordinatorConfig read(JsonObject json) {
        return new CoordinatorConfig(
                Path.of(json.text("state")),
                json.integer("port"),
                json.integer("executors"),
                json.integer("cores"),
                json.text("version"),
                json.textMap("settings"));
    }

    /** The settings, read. */
    Configuration configuration() {
        return Configuration.of(settings);
    }

    /** Tasks at a time in all executors. */
    int slots() {
        return executors * cores;
    }
}
