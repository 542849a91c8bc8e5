// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class JdkProcessCallsTest extends ProcessCallsContract {
    @Override
    ProcessCalls calls() {
        return new JdkProcessCalls("no C library (tried libc.so.6: UnsatisfiedLinkError test)");
    }

    @Test
    void refusesWhatTheJdkCannotAndSaysWhatWasTried() throws Exception {
        Process child = Children.sleep();
        try (ProcessRef process = Objects.requireNonNull(calls().open(child.pid()))) {
            assertThatThrownBy(() -> process.signal(Signal.USR1))
                    .hasMessage("signal=SIGUSR1 is refused: the JDK alone"
                            + " cannot; no C library (tried libc.so.6: UnsatisfiedLinkError test)");
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThatThrownBy(() -> calls().setGroup(5, 5)).hasMessageStartingWith("setpgid pid=5 group=5 is refused");
        assertThatThrownBy(() -> calls().parentDeathSignal(Signal.KILL))
                .isInstanceOf(OsException.class)
                .hasMessageStartingWith("a parent-death signal is refused");
    }
}
