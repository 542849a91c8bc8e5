// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * How much a driver's JVM logs. The levels are those of the setting {@code sluice.log.level}; they go to java.util.logging,
 * which is the provider behind SLF4J in a driver's JVM.
 */
final class Logs {
    /** Held here, since the log manager holds loggers weakly and forgets their levels with them. */
    private static final Logger OURS = Logger.getLogger("dev.sluice");

    private Logs() {}

    static void level(String name) {
        Level level = parse(name);
        OURS.setLevel(level);
        if (level.intValue() < Level.INFO.intValue()) {
            // Handlers have a level of their own, INFO, and drop what is below. To ask for them makes them, which takes
            // milliseconds.
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setLevel(Level.ALL);
            }
        }
    }

    private static Level parse(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "all" -> Level.ALL;
            case "trace" -> Level.FINEST;
            case "debug" -> Level.FINE;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARNING;
            case "error", "fatal" -> Level.SEVERE;
            case "off" -> Level.OFF;
            default ->
                throw new SluiceException("no such log level: level=" + name
                        + "; one of all, trace, debug, info, warn, error, fatal, off");
        };
    }
}
