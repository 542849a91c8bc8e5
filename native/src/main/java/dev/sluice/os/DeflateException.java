// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.core.SluiceException;

/** Compressed data could not be read, or a result did not fit. */
public final class DeflateException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The data are damaged, cut short, or of another format. */
        CORRUPT,
        /** The result is larger than the destination: make it larger, or refuse the data as a bomb. */
        DESTINATION_FULL,
        /** The library gave up, for want of memory. */
        FAILED
    }

    /** What was wrong with the data. */
    private final Reason reason;

    DeflateException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * What went wrong.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
