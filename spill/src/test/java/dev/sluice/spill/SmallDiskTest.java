// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.codec.Codecs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system of 256 KiB that fills up. Mounting needs root; for root, a mount that fails is a failed test. */
class SmallDiskTest {
    private static final SpillOptions SMALL = new SpillOptions(4 << 10, 16 << 10, 16 << 10, Codecs.none());

    @TempDir
    Path temp;

    private Path small = Path.of("unset");
    private Path large = Path.of("unset");
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(temp.resolve("small"));
        large = Files.createDirectory(temp.resolve("large"));
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assumeTrue(root, "mounting a tmpfs needs root: uid is not 0");
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString());
        mounted = true;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", small.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }

    private static List<Samples.Chunk> chunks() {
        return Samples.chunks(17, 3, 200, 5_000);
    }

    @Test
    void aFullDiskIsAClearError() {
        MemoryBudget budget = MemoryBudget.of(0);
        try (SpillDirectories dirs = SpillDirectories.open(List.of(small))) {
            Path directory = dirs.paths().get(0);
            assertThatThrownBy(() -> Samples.write(chunks(), 3, budget, dirs, SMALL))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("directory=" + directory);
            assertThat(directory).isEmptyDirectory();
            assertThat(small.toFile().getUsableSpace()).isGreaterThan(200 << 10);
            MapOutput output = Samples.write(Samples.chunks(1, 3, 20, 5_000), 3, budget, dirs, SMALL);
            assertThat(output.file()).isPresent();
            output.close();
        }
        assertThat(small).isEmptyDirectory();
    }

    @Test
    void theOtherDirectoryTakesTheRest() throws InterruptedException {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(small, large))) {
            List<Samples.Chunk> chunks = chunks();
            for (int round = 0; round < 4; round++) {
                MapOutput output = Samples.write(chunks, 3, MemoryBudget.of(0), dirs, SMALL);
                for (int p = 0; p < 3; p++) {
                    assertThat(Samples.read(output, p)).isEqualTo(Samples.expected(chunks, p));
                }
                output.close();
                try (Spool spool = new Spool(MemoryBudget.of(0), dirs, SMALL)) {
                    chunks.forEach(chunk -> spool.append(ByteBuffer.wrap(chunk.bytes())));
                    spool.complete(spool.bytes(), 1);
                    assertThat(Samples.drain(spool)).hasSize((int) spool.bytes());
                }
            }
        }
        assertThat(small).isEmptyDirectory();
        assertThat(large).isEmptyDirectory();
    }
}
