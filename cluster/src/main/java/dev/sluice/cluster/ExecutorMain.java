// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.Json;
import dev.sluice.driver.LogOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The main class of an executor. It reads one line of JSON from standard input, connects to its coordinator, and lives
 * until that connection or the coordinator's process ends.
 */
public final class ExecutorMain {
    private ExecutorMain() {}

    /**
     * Runs the executor.
     *
     * @param arguments none are read
     * @throws IOException if the coordinator cannot be reached
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        if (line == null) {
            return;
        }
        LogOutput.begin("info");
        ExecutorConfig config = ExecutorConfig.read(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
        ProcessHandle.current()
                .parent()
                .ifPresent(coordinator ->
                        coordinator.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(config.socket()));
            FrameWriter writer = new FrameWriter(channel);
            writer.write(
                    FrameType.HELLO,
                    0,
                    Json.write(Map.of(
                            "protocol",
                            FrameLayout.PROTOCOL,
                            "role",
                            "executor",
                            "number",
                            config.number(),
                            "pid",
                            ProcessHandle.current().pid())));
            writer.flush();
            try (Executor executor = new Executor(config, channel)) {
                executor.serve();
            }
        }
        System.exit(0);
    }
}
