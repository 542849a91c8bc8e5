// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full tmpfs, a real one. */
class SmallTmpfsTest {
    @TempDir
    private Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        boolean root =
                Files.getAttribute(Path.of("/proc/self/status"), "unix:uid").equals(0);
        assumeTrue(root, "needs root to mount a tmpfs of 1 MiB");
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "sluice-test", directory.toString())
                .start();
        String output = Children.output(mount);
        mounted = mount.exitValue() == 0;
        // A container's root may lack the capability; that is not this test's concern.
        assumeTrue(mounted, "needs the right to mount: " + output);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            new ProcessBuilder("umount", directory.toString()).start().waitFor();
        }
    }

    @Test
    void isFoundFullBeforeAnythingIsMapped(@TempDir Path other) throws IOException {
        assertThat(SharedMemory.free(directory)).isEqualTo(1 << 20);
        try (MemoryFile file = MemoryFiles.create("x", 2 << 20, List.of(directory, other), DirectoryFileTest.NONE)) {
            assertThat(file.path()).hasParent(other);
            assertThat(file.origin()).contains(directory + ": needs bytes=2097152 has free=1048576");
        }
        // The space can vanish after the look at it: the kernel's own refusal must be met by both ways.
        Path path = directory.resolve("late");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> MemoryFiles.writeZeros(channel, 2 << 20))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
        try (Descriptor file = Descriptor.openForAllocation(path)) {
            assertThatThrownBy(() -> MemoryFiles.allocate(file, 2 << 20))
                    .isInstanceOf(OsException.class)
                    .hasMessageContaining("posix_fallocate failed")
                    .hasMessageContaining("ENOSPC");
        }
    }
}
