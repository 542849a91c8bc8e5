// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what two sides run: bytecode wants the same minor version of Python, pickles the same cloudpickle. */
final class Versions {
    private Versions() {}

    /**
     * Says why workers cannot read what the other side pickles, or returns null if they can.
     *
     * @param wanted what the other side runs
     * @param hello what the zygote says of itself
     * @param interpreter the workers' interpreter
     */
    static @Nullable String mismatch(Map<String, String> wanted, JsonObject hello, String interpreter) {
        for (String name : List.of("python", "cloudpickle")) {
            String ours = wanted.getOrDefault(name, "none");
            String theirs = hello.text(name, "none");
            // A worker may still find cloudpickle on the driver's module search path.
            boolean known = !ours.equals("none") && !theirs.equals("none");
            if (known && !significant(name, ours).equals(significant(name, theirs))) {
                return "the workers run another " + name + " than the driver: driver=" + ours + " workers=" + theirs
                        + " interpreter=" + interpreter
                        + "; set sluice.worker.python to the driver's interpreter, or leave it unset";
            }
        }
        return null;
    }

    private static String significant(String name, String version) {
        String[] parts = version.split("\\.", 3);
        return name.equals("python") && parts.length > 1 ? parts[0] + "." + parts[1] : version;
    }
}
