// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.io.IOException;

/** A file of the user's cannot be read, and trying again would not help: the job fails at once. */
final class UnreadableInputException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
