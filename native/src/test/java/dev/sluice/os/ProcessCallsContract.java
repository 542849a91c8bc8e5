// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every implementation of ProcessCalls must do, with real processes. */
@ExtendWith(NativeCensus.class)
abstract class ProcessCallsContract {
    private Process child = NONE;

    private static final Process NONE = Children.ended();

    abstract ProcessCalls calls();

    @AfterEach
    void reap() throws InterruptedException {
        child.destroyForcibly().waitFor();
    }

    private ProcessRef open(long pid) {
        return Objects.requireNonNull(calls().open(pid));
    }

    @Test
    void endsAProcessAndSeesItsEnd() throws Exception {
        child = Children.sleep();
        try (ProcessRef process = open(child.pid())) {
            assertThat(process.pid()).isEqualTo(child.pid());
            assertThat(process.alive()).isTrue();
            assertThat(process.await(Duration.ofMillis(30))).isFalse();
            assertThat(process.signal(Signal.TERM)).isTrue();
            assertThat(process.await(Duration.ofSeconds(20))).isTrue();
            assertThat(process.alive()).isFalse();
        }
        assertThat(child.waitFor()).isEqualTo(128 + Signal.TERM.number());
    }

    @Test
    void noProcessIsNoError() throws Exception {
        child = Children.sleep();
        try (ProcessRef process = open(child.pid())) {
            child.destroyForcibly().waitFor();
            assertThat(process.alive()).isFalse();
            assertThat(process.signal(Signal.KILL)).isFalse();
            assertThat(process.await(Duration.ZERO)).isTrue();
        }
        assertThat(calls().open(child.pid())).isNull();
    }

    @Test
    void aZombieHasEnded() throws Exception {
        // The shell starts a child, prints its pid, and becomes a program that never waits for it.
        child = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60 >&-").start();
        long zombie = Long.parseLong(child.inputReader().readLine());
        // Until then it is the shell, which reaps its children.
        Path program = Path.of("/proc/" + child.pid() + "/comm");
        Awaitility.await().until(() -> Files.readString(program).equals("sleep\n"));
        try (ProcessRef process = open(zombie)) {
            assertThat(process.signal(Signal.KILL)).isTrue();
            assertThat(process.await(Duration.ofSeconds(20))).isTrue();
            assertThat(ProcFs.stat(zombie)).as("still there, unreaped").isNotNull();
        }
    }

    @Test
    void signalsAWholeGroupAndNobodyElse() throws Exception {
        child = new ProcessBuilder("setsid", "sh", "-c", "sleep 60 & sleep 60 & echo $$; wait").start();
        long group = Long.parseLong(child.inputReader().readLine());
        Process bystander = Children.sleep();
        try {
            assertThat(Processes.group(group)).isEqualTo(group);
            assertThat(calls().signalGroup(group, Signal.KILL)).isTrue();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(bystander.isAlive()).isTrue();
            Awaitility.await().until(() -> !calls().signalGroup(group, Signal.KILL));
        } finally {
            bystander.destroyForcibly().waitFor();
        }
    }

    @Test
    void waitingEndsByInterrupt() throws IOException {
        child = Children.sleep();
        try (ProcessRef process = open(child.pid())) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> process.await(Duration.ofSeconds(60))).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void saysByWhatMeansItWorks() {
        assertThat(calls().describe()).isNotBlank();
    }
}
