// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a driver's JVM logs, how much, and where to. Java.util.logging is the provider behind SLF4J in a driver's JVM; the
 * levels are those of the setting {@code sluice.log.level} and are shown by Apache Spark's names. Lines go to standard
 * error, or to the driver while it draws a progress bar there, which is then out of their way.
 */
final class Logs {
    /** Held here, since the log manager holds loggers weakly and forgets their levels with them. */
    private static final Logger OURS = Logger.getLogger("dev.sluice");

    private static final Map<Level, String> NAMES = Map.of(
            Level.SEVERE,
            "ERROR",
            Level.WARNING,
            "WARN",
            Level.FINE,
            "DEBUG",
            Level.FINER,
            "TRACE",
            Level.FINEST,
            "TRACE");

    /** Control characters but for the end of a line and a tab. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}&&[^\\n\\t]]");

    private static @Nullable Predicate<String> driver;

    private Logs() {}

    /** Lays out lines as above, unless whoever started this JVM has configured its logging. Idempotent. */
    static void begin() {
        if (OURS.getUseParentHandlers()
                && System.getProperty("java.util.logging.config.file") == null
                && System.getProperty("java.util.logging.config.class") == null) {
            OURS.setUseParentHandlers(false);
            OURS.addHandler(new Lines());
        }
    }

    /** Offers lines to a reader from now on, which says whether it takes a line; null for none. */
    static synchronized void passTo(@Nullable Predicate<String> reader) {
        driver = reader;
    }

    /** Writes text that ends a line where log lines go. */
    static synchronized void write(String text) {
        if (driver == null || !driver.test(text)) {
            System.err.print(text);
            System.err.flush();
        }
    }

    static void level(String name) {
        Level level = parse(name);
        OURS.setLevel(level);
        if (OURS.getUseParentHandlers() && level.intValue() < Level.INFO.intValue()) {
            // Handlers have a level of their own, INFO, and drop what is below.
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

    /** Lays out a record as a line, and the trace of what was thrown below it. */
    static String line(LogRecord logged) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%tT %s %s%n",
                logged.getMillis(),
                NAMES.getOrDefault(logged.getLevel(), logged.getLevel().getName()),
                oneLine(String.valueOf(logged.getMessage()))));
        if (logged.getThrown() != null) {
            StringWriter trace = new StringWriter();
            logged.getThrown().printStackTrace(new PrintWriter(trace, true));
            text.append(CONTROL.matcher(trace.toString()).replaceAll("?"));
        }
        return text.toString();
    }

    /** Names and messages of programs stand in it: they begin no line of their own and do nothing to a terminal. */
    private static String oneLine(String message) {
        return CONTROL.matcher(message.strip().replace("\n", "\n    ")).replaceAll("?");
    }

    private static final class Lines extends Handler {
        @Override
        public void publish(LogRecord logged) {
            if (isLoggable(logged)) {
                write(line(logged));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
