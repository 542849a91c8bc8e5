// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A driver's JVM as a process. It reads one line of JSON from standard input, answers with one line on standard output when
 * it listens, and lives until its standard input ends or the driver's process does.
 */
public final class DriverProcess {
    private DriverProcess() {}

    /**
     * Runs the server to the program's end, and ends the JVM.
     *
     * @param host makes the program's engines
     * @throws IOException if standard input or output fails
     */
    public static void run(SessionHost host) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            return;
        }
        DriverServer server;
        DriverConfig config;
        Logs.begin();
        try {
            config = DriverConfig.read(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
            server = new DriverServer(config, host);
        } catch (IOException | SluiceException e) {
            answer(Map.of("error", String.valueOf(e.getMessage())));
            System.exit(1);
            return;
        }
        DriverServer running = server;
        Runtime.getRuntime().addShutdownHook(new Thread(running::close, "sluice-shutdown"));
        answer(Map.of("ready", true));
        server.start();
        // A child that the driver forked may hold our input open after the driver's death, so its process is watched
        // too.
        ProcessHandle.of(config.driverPid()).ifPresent(driver -> driver.onExit().thenRun(() -> System.exit(0)));
        awaitEnd(System.in);
        running.close();
        answer(Map.of("closed", true));
        System.exit(0);
    }

    private static void answer(Map<String, Object> answer) {
        System.out.println(Json.write(answer));
        System.out.flush();
    }

    /** Waits until the driver closes its end, as it does when it exits or is killed. */
    private static void awaitEnd(InputStream input) {
        try {
            while (input.read() >= 0) {
                // Nothing is said here after the first line.
            }
        } catch (IOException e) {
            // As good as its end.
        }
    }
}
