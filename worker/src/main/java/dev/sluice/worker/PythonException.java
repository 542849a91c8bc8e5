// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.TaskFailedException;

/** A Python function raised. The message ends with the Python traceback. */
public final class PythonException extends TaskFailedException {
    private static final long serialVersionUID = 1L;

    /** Qualified name of the class. */
    private final String pythonType;
    /** As Python prints it. */
    private final String traceback;

    PythonException(String function, long pid, TaskReport.Failed report) {
        super("python function failed: " + report.type() + ": " + report.message() + " in function=" + function
                + " worker=" + pid + "\n" + report.traceback());
        this.pythonType = report.type();
        this.traceback = report.traceback();
    }

    /**
     * Returns the exception's class.
     *
     * @return its qualified Python name, such as {@code ValueError}
     */
    public String pythonType() {
        return pythonType;
    }

    /**
     * Returns where it was raised.
     *
     * @return the traceback as Python prints it
     */
    public String traceback() {
        return traceback;
    }
}
