// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
    @Test
    void readsAStatWhoseNameIsHostile() {
        String text = "42 (a) Z (b\n) R) S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3\n";
        assertThat(ProcFs.parseStat(text)).isEqualTo(new ProcFs.Stat('S', 7, 8, 987654));
    }

    @Test
    void memoryOfThisProcessAndOfNone() throws Exception {
        ProcessMemory memory = ProcessMemory.of(ProcessHandle.current().pid());
        assertThat(memory.rss()).isBetween(10L << 20, 1L << 40);
        assertThat(memory.peakRss()).isGreaterThanOrEqualTo(memory.rss() / 2);
        assertThat(memory.pss()).isBetween(1L << 20, memory.rss() * 2);
        assertThat(memory.privateBytes()).isBetween(1L << 20, memory.pss() + (64L << 20));
        long gone = Children.ended().pid();
        assertThatThrownBy(() -> ProcessMemory.of(gone))
                .isInstanceOf(OsException.class)
                .hasMessageContaining("pid=" + gone);
    }

    @Test
    void sharedPagesAreDividedInPss() throws Exception {
        String script = "import os,sys,time\nb=bytearray(os.urandom(1))*(64<<20)\nfor i in range(3):\n"
                + "  if os.fork()==0: break\nos.write(1,b'%d\\n' % os.getpid())\nsys.stdin.read()";
        Process python = new ProcessBuilder("python3", "-c", script).start();
        try {
            long pss = 0;
            long rss = 0;
            for (int i = 0; i < 4; i++) {
                ProcessMemory memory =
                        ProcessMemory.of(Long.parseLong(python.inputReader().readLine()));
                pss += memory.pss();
                rss += memory.rss();
            }
            assertThat(rss).isGreaterThan(256L << 20);
            assertThat(pss).isBetween(64L << 20, 160L << 20);
        } finally {
            python.getOutputStream().close();
            python.waitFor();
        }
    }

    @Test
    void roomCountsMemoryAndCgroup(@TempDir Path group) throws IOException {
        assertThat(SharedMemory.freeMemory()).isBetween(1L << 20, 1L << 50);
        assertThat(SharedMemory.free(Path.of("/dev/shm"))).isLessThanOrEqualTo(SharedMemory.freeMemory() + (1L << 30));
        assertThat(SharedMemory.cgroup(group, "memory.max", "memory.current", ""))
                .isEqualTo(Long.MAX_VALUE);
        Files.writeString(group.resolve("memory.max"), "max\n");
        Files.writeString(group.resolve("memory.current"), "900\n");
        assertThat(SharedMemory.cgroup(group, "memory.max", "memory.current", ""))
                .isEqualTo(Long.MAX_VALUE);
        Files.writeString(group.resolve("memory.max"), "1000\n");
        assertThat(SharedMemory.cgroup(group, "memory.max", "memory.current", ""))
                .isEqualTo(100);
        Files.writeString(group.resolve("memory.stat"), "anon 5\ninactive_file 30\nactive_file 20\n");
        assertThat(SharedMemory.cgroup(group, "memory.max", "memory.current", ""))
                .isEqualTo(150);
    }

    @Test
    void signalsHaveNames() {
        assertThat(Signal.describe(9)).isEqualTo("SIGKILL");
        assertThat(Signal.describe(11)).isEqualTo("SIGSEGV");
        assertThat(Signal.describe(34)).isEqualTo("signal 34");
    }
}
