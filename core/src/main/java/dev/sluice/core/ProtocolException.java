// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** The other side of a connection broke the protocol: a wrong frame, a length out of range, a stream that ends early. */
public class ProtocolException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message what arrived, what was expected, and where
     */
    public ProtocolException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message what arrived, what was expected, and where
     * @param cause what led to it
     */
    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
