// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineMemoryTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path root;

    @BeforeEach
    void machineOfSixteenGibibytes() throws IOException {
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\n");
    }

    @Test
    void withoutCgroupsTheMachineCounts() {
        assertThat(read()).isEqualTo(16 * GIB);
        assertThat(MachineMemory.read(root).source())
                .isEqualTo(root.resolve("proc/meminfo").toString());
    }

    @Test
    void versionTwo() throws IOException {
        write("proc/self/cgroup", "0::/user.slice/app.scope\n");
        write("sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n");
        assertThat(read()).isEqualTo(16 * GIB);
        write("sys/fs/cgroup/user.slice/memory.max", 3 * GIB + "\n");
        assertThat(read()).isEqualTo(3 * GIB);
        write("sys/fs/cgroup/user.slice/app.scope/memory.max", 2 * GIB + "\n");
        assertThat(read()).isEqualTo(2 * GIB);
        assertThat(MachineMemory.read(root).source()).endsWith("app.scope/memory.max");
    }

    @Test
    void versionTwoInANamespace() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", GIB + "\n");
        assertThat(read()).isEqualTo(GIB);
    }

    @Test
    void versionOneWithThePathOfTheHost() throws IOException {
        write("proc/self/cgroup", "9:name=systemd:/\n4:cpuset,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 4 * GIB + "\n");
        assertThat(read()).isEqualTo(4 * GIB);
    }

    @Test
    void versionOneWithoutALimit() throws IOException {
        write("proc/self/cgroup", "4:memory:/job\n");
        write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(read()).isEqualTo(16 * GIB);
    }

    @Test
    void aPathThatClimbsOutIsNotFollowed() throws IOException {
        write("memory.max", "1\n");
        write("proc/self/cgroup", "0::/../../../..\n");
        assertThat(read()).isEqualTo(16 * GIB);
    }

    @Test
    void nonsenseSetsNoLimit() throws IOException {
        write("proc/self/cgroup", "nonsense\n0::/a\n0::/b\n0::/c\n0::/d\n");
        write("sys/fs/cgroup/a/memory.max", "");
        write("sys/fs/cgroup/b/memory.max", "-1\n");
        write("sys/fs/cgroup/c/memory.max", "99999999999999999999999\n");
        write("sys/fs/cgroup/d/memory.max", "0\n");
        assertThat(read()).isEqualTo(16 * GIB);
    }

    @Test
    void withoutMeminfoTheErrorSaysWhatToDo() throws IOException {
        for (String text : new String[] {"", "MemTotal:\n", "MemTotal: 0 kB\n", "MemTotal: 9999999999999999 kB\n"}) {
            write("proc/meminfo", text);
            assertThatThrownBy(this::read)
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("no MemTotal, file='" + root.resolve("proc/meminfo") + "'")
                    .hasMessageContaining("set sluice.memory");
        }
    }

    @Test
    void thisMachineHasMemory() {
        assertThat(MachineMemory.read().bytes()).isGreaterThan(64L << 20);
    }

    private long read() {
        return MachineMemory.read(root).bytes();
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
