// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What went wrong in each directory that was tried: the first is the cause of the exception, the rest are suppressed. */
final class Failures {
    private final StringBuilder text = new StringBuilder();
    private @Nullable IOException first;

    boolean isEmpty() {
        return first == null;
    }

    void add(Path directory, SpillFiles files, IOException cause) {
        text.append(" [directory=").append(directory).append(" free=").append(free(directory, files));
        text.append(" cause=").append(cause).append(']');
        if (first == null) {
            first = cause;
        } else if (cause != first) {
            first.addSuppressed(cause);
        }
    }

    SpillException exception(String what, long bytes) {
        String message = what + ": bytes=" + bytes + (text.length() == 0 ? " no other directory" : text.toString())
                + "; free some space or name another local directory";
        return first == null ? new SpillException(message) : new SpillException(message, first);
    }

    private static String free(Path directory, SpillFiles files) {
        try {
            return Long.toString(files.freeSpace(directory));
        } catch (IOException e) {
            return "unknown";
        }
    }
}
