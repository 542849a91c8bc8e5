// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;

/** No worker of this pool will ever start: the interpreter is missing, too old, or another one than is needed. */
public final class WorkersUnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    WorkersUnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
