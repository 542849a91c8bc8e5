// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/**
 * The root of every exception that Sluice raises on purpose. Its message says what happened, with {@code name=value}
 * details, and what to do.
 */
public class SluiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what happened, where, and what to do
     */
    public SluiceException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message what happened, where, and what to do
     * @param cause what led to it
     */
    public SluiceException(String message, Throwable cause) {
        super(message, cause);
    }
}
