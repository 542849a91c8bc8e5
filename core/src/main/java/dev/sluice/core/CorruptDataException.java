// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** Bytes that were stored or sent are not what their writer wrote, or were written to do harm. */
public class CorruptDataException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what is wrong, at which offset of what
     */
    public CorruptDataException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message what is wrong, at which offset of what
     * @param cause what the decoder said
     */
    public CorruptDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
