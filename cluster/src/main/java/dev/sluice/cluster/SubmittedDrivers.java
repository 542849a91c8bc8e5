// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The drivers that run beside the coordinator. */
final class SubmittedDrivers implements AutoCloseable {
    private final Set<SubmittedDriver> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Starts what a hello asks for and stays until it has ended.
     *
     * @param visit whoever waits for it
     * @param state the cluster's state directory, by which the driver finds the token
     */
    void run(Visit visit, Path state) {
        JsonObject asked = visit.hello().object("driver");
        ProcessBuilder builder = new ProcessBuilder(asked.texts("command"));
        builder.directory(new File(asked.text("directory")));
        builder.redirectInput(new File("/dev/null"));
        Map<String, String> environment = builder.environment();
        environment.putAll(asked.textMap("environment"));
        environment.put("SLUICE_STATE", String.valueOf(state.getParent()));
        SubmittedDriver driver;
        try {
            driver = new SubmittedDriver(visit, builder.start());
        } catch (IOException e) {
            throw new SluiceException("the driver does not start: " + e.getMessage(), e);
        }
        running.add(driver);
        try {
            if (closed) {
                driver.end();
            }
            driver.attend();
        } finally {
            running.remove(driver);
        }
    }

    /** Ends them all, those that do not heed a signal too. Idempotent. */
    @Override
    public void close() {
        closed = true;
        running.forEach(SubmittedDriver::end);
        running.forEach(SubmittedDriver::awaitEnd);
    }
}
