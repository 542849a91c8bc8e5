// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.SluiceException;

/** A worker process ended, or its stream broke, while it ran a task. The message explains the death. */
public final class WorkerLostException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message signal or exit code, memory, last Python stack
     * @param cause what the exchange met
     */
    public WorkerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
