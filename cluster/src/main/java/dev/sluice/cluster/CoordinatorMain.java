// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.Json;
import dev.sluice.driver.LogOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The main class of a cluster's coordinator. It reads one line of JSON from standard input, answers with one line on
 * standard output when programs can come, and lives until it is told to stop or gets a signal.
 */
public final class CoordinatorMain {
    private CoordinatorMain() {}

    /**
     * Runs the coordinator.
     *
     * @param arguments none are read: what is secret must not stand in a process list
     * @throws IOException if standard input or output fails
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            return;
        }
        LogOutput.begin("info");
        Coordinator coordinator;
        Path directory;
        try {
            directory = Coordinator.privateDirectory();
            coordinator = start(line, directory);
        } catch (IOException | SluiceException e) {
            answer(Map.of("error", String.valueOf(e.getMessage())));
            System.exit(1);
            return;
        }
        Thread end = new Thread(
                () -> {
                    coordinator.close();
                    Trees.delete(directory);
                },
                "sluice-shutdown");
        Runtime.getRuntime().addShutdownHook(end);
        answer(Map.of(
                "ready",
                true,
                "port",
                coordinator.port(),
                "state",
                coordinator.state().toString()));
        try {
            coordinator.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (Json.parse(line.getBytes(StandardCharsets.UTF_8)).has("train")) {
            Training.loadOurs();
        }
        System.exit(0);
    }

    private static Coordinator start(String line, Path directory) throws IOException {
        try {
            return new Coordinator(
                    CoordinatorConfig.read(Json.parse(line.getBytes(StandardCharsets.UTF_8))), directory);
        } catch (IOException | SluiceException e) {
            Trees.delete(directory);
            throw e;
        }
    }

    private static void answer(Map<String, Object> answer) {
        System.out.println(Json.write(answer));
        System.out.flush();
    }
}
