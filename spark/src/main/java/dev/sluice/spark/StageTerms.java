// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.worker.Command;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all tasks of an RDD have in common; {@link SentTerms} takes it to executors, which make it once a stage.
 *
 * @param workers how to start workers
 * @param digests names of the functions
 * @param functions the pickled functions
 * @param broadcasts the broadcasts that they read
 * @param live all broadcasts that the program has
 * @param newest the newest broadcast that it had made
 * @param path the driver's module search path
 * @param properties the job's local properties
 */
record StageTerms(
        Terms workers,
        ArrayList<String> digests,
        ArrayList<byte[]> functions,
        ArrayList<Shipped> broadcasts,
        ArrayList<Long> live,
        long newest,
        ArrayList<String> path,
        HashMap<String, String> properties)
        implements Serializable {
    List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < digests.size(); i++) {
            commands.add(new Command(digests.get(i), functions.get(i)));
        }
        return commands;
    }

    /** The properties and search path with the driver's directory of added files replaced by this process's. */
    static String moved(String entry, Map<String, String> properties, String property, String root) {
        String drivers = properties.get(property);
        return drivers != null && (entry.equals(drivers) || entry.startsWith(drivers + "/"))
                ? root + entry.substring(drivers.length())
                : entry;
    }
}
