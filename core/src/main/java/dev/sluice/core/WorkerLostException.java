// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core;

/** What ran a task died, or its input block is gone, through no fault that user code reported. Worth another try. */
public class WorkerLostException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception without a cause.
     *
     * @param message signal or exit code, process, stage, partition, attempt, records done
     */
    public WorkerLostException(String message) {
        super(message);
    }

    /**
     * Makes an exception that keeps its cause.
     *
     * @param message signal or exit code, process, stage, partition, attempt, records done
     * @param cause how the loss was noticed
     */
    public WorkerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
