// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import org.jspecify.annotations.Nullable;

/**
 * Why a job failed.
 *
 * @param kind what went wrong
 * @param message what happened, where, and what to do
 * @param pythonType the Python exception's qualified name, if user code raised
 * @param traceback the Python traceback, if user code raised
 * @param pickled the pickled Python exception, if there is one
 */
public record JobFailure(
        Kind kind,
        String message,
        @Nullable String pythonType,
        @Nullable String traceback,
        byte @Nullable [] pickled) {
    /** What went wrong. */
    public enum Kind {
        /** User code raised. */
        USER,
        /** Workers died more often than allowed. */
        LOST,
        /** Somebody cancelled the job. */
        CANCELLED,
        /** The engine could not do its part: no workers, no disk, damaged data. */
        ENGINE
    }

    /** About how many bytes it takes to tell. */
    long bytes() {
        long text = (long) message.length() + (traceback == null ? 0 : traceback.length());
        return text + (pickled == null ? 0 : pickled.length);
    }

    static JobFailure of(Kind kind, String message) {
        return new JobFailure(kind, message, null, null, null);
    }
}
