// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class NativeProcessCallsTest extends ProcessCallsContract {
    @Override
    ProcessCalls calls() {
        return NativeProcessCalls.probe();
    }

    @Test
    void usesPidfdOnThisKernel() {
        assertThat(NativeProcessCalls.probe().hasPidfd()).isTrue();
        assertThat(calls().describe()).startsWith("pidfd (tried pidfd_open: ok");
    }

    @Test
    void sendsAnySignal() throws Exception {
        Process child = Children.sleep();
        try {
            assertThat(Processes.signal(child.pid(), Signal.STOP)).isTrue();
            Awaitility.await().until(() -> stateOf(child.pid()) == 'T');
            assertThat(Processes.signal(child.pid(), Signal.USR1)).isTrue();
            assertThat(Processes.signal(child.pid(), Signal.CONT)).isTrue();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(128 + Signal.USR1.number());
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static char stateOf(long pid) {
        ProcFs.Stat stat = ProcFs.stat(pid);
        return stat == null ? '?' : stat.state();
    }

    @Test
    void refusalOfTheKernelNamesTheCall() {
        assertThatThrownBy(() -> calls().setGroup(ProcessHandle.current().pid(), 1))
                .isInstanceOf(OsException.class)
                .hasMessageStartingWith("setpgid failed: pid=")
                .hasMessageContaining("errno=1 (EPERM");
    }

    @Test
    void refusesWhatWouldHitEverybody() {
        for (long group : new long[] {-5, 0, 1}) {
            assertThatThrownBy(() -> Processes.signalGroup(group, Signal.TERM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("group=" + group);
        }
        assertThatThrownBy(() -> Processes.signal(-1, Signal.TERM)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Processes.open(1L << 33)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A child JVM with a shell as its parent: the shell is killed, the JVM must go. */
    @Test
    void parentDeathSignalEndsThisProcess() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" & wait", "sh"));
        command.addAll(Children.java(DiesWithParent.class, List.of()).command());
        Process shell = new ProcessBuilder(command).start();
        try {
            long pid = Long.parseLong(shell.inputReader().readLine());
            try (ProcessRef child = Processes.open(pid).orElseThrow()) {
                shell.destroyForcibly().waitFor();
                assertThat(child.await(Duration.ofSeconds(20))).isTrue();
            }
        } finally {
            shell.destroyForcibly();
        }
    }

    static final class DiesWithParent {
        private DiesWithParent() {}

        public static void main(String[] arguments) throws InterruptedException {
            Processes.setGroup(
                    ProcessHandle.current().pid(), ProcessHandle.current().pid());
            Processes.parentDeathSignal(Signal.KILL);
            System.out.println(ProcessHandle.current().pid());
            Thread.sleep(60_000);
        }
    }
}
