// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.driver.DriverProcess;
import java.io.IOException;

/** The main class of a driver's JVM whose jobs run on Apache Spark; {@code spark-submit} starts it. */
public final class SparkDriverMain {
    private SparkDriverMain() {}

    /**
     * Runs the server.
     *
     * @param arguments none are read
     * @throws IOException if standard input or output fails
     */
    public static void main(String[] arguments) throws IOException {
        DriverProcess.run(new SparkHost());
    }
}
