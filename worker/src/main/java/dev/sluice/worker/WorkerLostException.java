// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.SluiceException;

/** A worker process ended, or its stream broke, while it ran a task. The message explains the death. */
public final class WorkerLostException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /** Whether the task may have begun. */
    private final boolean started;

    /**
     * Makes an exception.
     *
     * @param message signal or exit code, memory, last Python stack
     * @param started whether the worker may have begun the task; if not, the task is not to blame
     * @param cause what the exchange met
     */
    public WorkerLostException(String message, boolean started, Throwable cause) {
        super(message, cause);
        this.started = started;
    }

    /**
     * Tells whether the worker may have begun the task.
     *
     * @return false if it was gone before it could
     */
    public boolean started() {
        return started;
    }
}
