// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import java.io.IOException;

/** The main class of a driver's JVM. */
public final class DriverMain {
    private DriverMain() {}

    /**
     * Runs the server.
     *
     * @param arguments none are read: what is secret must not stand in a process list
     * @throws IOException if standard input or output fails
     */
    public static void main(String[] arguments) throws IOException {
        DriverProcess.run(LocalEngines.host());
    }
}
