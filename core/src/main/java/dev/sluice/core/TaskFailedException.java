// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** User code raised an exception. The message has its type, text and traceback, from the user's line on. */
public class TaskFailedException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message the user's traceback, and job, stage, partition, attempt and worker
     */
    public TaskFailedException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message the user's traceback, and job, stage, partition, attempt and worker
     * @param cause what led to it
     */
    public TaskFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
