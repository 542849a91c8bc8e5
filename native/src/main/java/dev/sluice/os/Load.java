// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of loading something native: the thing, or why not. Failing to load is an ordinary outcome here, so it is a
 * value; only a caller that has no fallback turns it into an exception.
 *
 * @param what the name of the thing, for messages
 * @param value the thing, or null when no attempt succeeded
 * @param attempts every attempt in order, the successful one last
 */
record Load<T>(String what, @Nullable T value, List<Attempt> attempts) {

    /**
     * One attempt.
     *
     * @param name the library or call that was tried
     * @param error why it failed, null when it did not
     */
    record Attempt(String name, @Nullable String error) {
        @Override
        public String toString() {
            return name + ": " + (error == null ? "ok" : error);
        }
    }

    boolean ok() {
        return value != null;
    }

    T get() {
        return Objects.requireNonNull(value, what);
    }

    /** The thing, or an exception that says which operation needed it and what was tried. */
    T orRefuse(String operation) {
        if (value == null) {
            throw new OsException(operation + " is refused: " + this);
        }
        return value;
    }

    @Override
    public String toString() {
        String list = attempts.stream().map(Attempt::toString).collect(Collectors.joining("; "));
        return (ok() ? "" : "no ") + what + " (tried " + list + ")";
    }
}
