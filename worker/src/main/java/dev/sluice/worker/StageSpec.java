// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.util.List;
import java.util.Map;

/**
 * What every task of a stage has in common; sent to a worker once.
 *
 * @param id the stage's number; names what workers remember, so it is never used twice
 * @param commands the pickled functions, numbered by their place here
 * @param broadcasts the broadcasts that the functions read
 * @param path the driver's module search path
 * @param properties the job's local properties
 * @param together how many tasks run at once and may wait for each other; 0 if each runs by itself
 */
public record StageSpec(
        int id,
        List<Command> commands,
        List<BroadcastFile> broadcasts,
        List<String> path,
        Map<String, String> properties,
        int together) {
    /**
     * Makes what tasks have in common that run by themselves.
     *
     * @param id the stage's number; names what workers remember, so it is never used twice
     * @param commands the pickled functions, numbered by their place here
     * @param broadcasts the broadcasts that the functions read
     * @param path the driver's module search path
     * @param properties the job's local properties
     */
    public StageSpec(
            int id,
            List<Command> commands,
            List<BroadcastFile> broadcasts,
            List<String> path,
            Map<String, String> properties) {
        this(id, commands, broadcasts, path, properties, 0);
    }
}
