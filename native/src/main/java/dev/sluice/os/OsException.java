// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import dev.sluice.core.SluiceException;

/**
 * A call into the operating system failed, or is refused because this machine does not offer it. The message names the
 * call, its arguments, and what was tried.
 */
public final class OsException extends SluiceException {
    private static final long serialVersionUID = 1L;

    /** The number that the system gave; 0 if it gave none. */
    private final int errno;

    OsException(String message) {
        super(message);
        this.errno = 0;
    }

    OsException(String message, Throwable cause) {
        super(message, cause);
        this.errno = 0;
    }

    OsException(String call, int errno) {
        super(call + " " + Errno.describe(errno));
        this.errno = errno;
    }

    /**
     * The C library's error number.
     *
     * @return a positive errno, or 0 where no call was made (the operation was refused)
     */
    public int errno() {
        return errno;
    }
}
