// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;
import java.util.Map;

/**
 * What to compute.
 *
 * @param id the job's number, never used twice in an engine
 * @param target the node whose partitions are wanted
 * @param partitions which of them, in the order of the results; may name one twice
 * @param path the driver's module search path
 * @param properties local properties of the driver's thread, for task contexts and events
 * @param ordered whether results come in the order of {@code partitions}; else as they come, pieces of several in turn
 */
public record Job(
        long id,
        Dataset target,
        List<Integer> partitions,
        List<String> path,
        Map<String, String> properties,
        boolean ordered) {
    /**
     * Makes a job whose results come in the order of the partitions.
     *
     * @param id the job's number, never used twice in an engine
     * @param target the node whose partitions are wanted
     * @param partitions which of them, in the order of the results; may name one twice
     * @param path the driver's module search path
     * @param properties local properties of the driver's thread, for task contexts and events
     */
    public Job(long id, Dataset target, List<Integer> partitions, List<String> path, Map<String, String> properties) {
        this(id, target, partitions, path, properties, true);
    }
}
