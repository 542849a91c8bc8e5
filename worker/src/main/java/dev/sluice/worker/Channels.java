// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.Closeable;
import java.io.IOException;

/** Closing of things whose failure to close changes nothing. */
final class Channels {
    private Channels() {}

    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // The descriptor is gone either way, and the process behind it is ended by signal where that matters.
        }
    }
}
