// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Census;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Census.class)
class ExecutorStartTest {
    @TempDir
    Path directory;

    @Test
    void anExecutorThatDiesJustAsItArrivesIsReplacedOnce() throws Exception {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Path place = Files.createDirectory(directory.resolve("c"));
        ExecutorSettings settings = new ExecutorSettings(1, 1, () -> logs, Map.of("sluice.memory", "1g"));
        try (ExecutorHost host = new ExecutorHost(settings, place, directory.resolve("m"))) {
            ReentrantLock lock = host.fleet().lock();
            lock.lock();
            try {
                // It was found to be one that is waited for, and not yet taken in.
                Awaitility.await().until(() -> somebodyArrives(lock));
                ProcessHandle executor = ProcessHandle.current()
                        .children()
                        .filter(child -> child.info().commandLine().orElse("").contains("ExecutorMain"))
                        .findFirst()
                        .orElseThrow();
                assertThat(executor.destroyForcibly()).isTrue();
                Awaitility.await().until(() -> !Files.exists(place.resolve("executor0")));
            } finally {
                lock.unlock();
            }
            Awaitility.await()
                    .until(() -> host.describe().stream()
                            .anyMatch(described -> Integer.valueOf(1).equals(described.get("number"))));
            assertThat(logs.resolve("executor-2.log")).doesNotExist();
        }
    }

    private static boolean somebodyArrives(ReentrantLock lock) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("sluice-executor-peer") && lock.hasQueuedThread(thread));
    }
}
