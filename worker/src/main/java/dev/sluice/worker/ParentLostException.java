// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The zygote or generation that was asked for a process ended; another one takes its place. */
final class ParentLostException extends IOException {
    private static final long serialVersionUID = 1L;

    ParentLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
