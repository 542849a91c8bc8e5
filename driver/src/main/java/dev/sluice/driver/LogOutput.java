// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

/** Lays out and filters the log of a JVM of ours as a driver's does, for main classes in other modules. */
public final class LogOutput {
    private LogOutput() {}

    /**
     * Begins to write lines to standard error, unless whoever started this JVM has configured its logging.
     *
     * @param level the least severe level that is written, as in the setting {@code sluice.log.level}
     */
    public static void begin(String level) {
        Logs.begin();
        Logs.level(level);
    }
}
