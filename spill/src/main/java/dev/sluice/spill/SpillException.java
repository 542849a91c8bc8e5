// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import dev.sluice.core.SluiceException;

/** Spilling failed: no directory could take the bytes, or the object was used after it failed or was closed. */
public class SpillException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what happened, where, and what to do
     */
    public SpillException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message what happened, where, and what to do
     * @param cause what led to it
     */
    public SpillException(String message, Throwable cause) {
        super(message, cause);
    }
}
