// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a memory file must do, however it was made. */
@ExtendWith(NativeCensus.class)
abstract class MemoryFileContract {
    @TempDir
    Path directory;

    abstract MemoryFile create(String name, long size, List<Path> directories);

    @Test
    void isMappedByOthersWithItsContent() throws Exception {
        try (MemoryFile file = create("shared", 5000, List.of(directory))) {
            file.channel().write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4000);
            file.seal();
            assertThat(file.size()).isEqualTo(5000);
            String script =
                    "import mmap,sys; f=open(sys.argv[1],'rb'); m=mmap.mmap(f.fileno(),0,access=mmap.ACCESS_COPY);"
                            + " m[0]=9; print(len(m), list(m[4000:4003]), m[0])";
            Process python =
                    new ProcessBuilder("python3", "-c", script, file.path().toString()).start();
            assertThat(Children.output(python)).isEqualTo("5000 [1, 2, 3] 9\n");
        }
    }

    @Test
    void isWholeFromTheStart() throws IOException {
        try (MemoryFile file = create("whole", 3 << 20, List.of(directory))) {
            assertThat(Files.size(file.path())).isEqualTo(3 << 20);
            long blocks = Long.parseLong(new String(
                            new ProcessBuilder(
                                            "stat",
                                            "-L",
                                            "-c",
                                            "%b",
                                            file.path().toString())
                                    .start()
                                    .getInputStream()
                                    .readAllBytes(),
                            StandardCharsets.US_ASCII)
                    .strip());
            assertThat(blocks * 512).as("allocated, not sparse").isGreaterThanOrEqualTo(3 << 20);
        }
    }

    @Test
    void leavesNothingWhenClosedThoughMappingsLive() throws IOException {
        MemoryFile file = create("gone", 4096, List.of(directory));
        MappedByteBuffer mapping;
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            file.channel().write(ByteBuffer.wrap(new byte[] {42}), 0);
            mapping = channel.map(MapMode.READ_ONLY, 0, 4096);
        }
        file.close();
        file.close();
        assertThat(mapping.get(0)).isEqualTo((byte) 42);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void moreThanThereIsIsRefusedWithEveryAttempt() {
        long petabyte = 1L << 50;
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> create("vast", petabyte, List.of(Path.of("/dev/shm"), directory, missing)))
                .isInstanceOf(OsException.class)
                .hasMessageStartingWith("no room for shared memory: name=vast bytes=" + petabyte + "; tried memfd: ")
                .hasMessageContaining("/dev/shm: needs bytes=")
                .hasMessageContaining(directory + ": needs bytes=")
                .hasMessageContaining(missing + ": cannot read the free space");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesNamesAndSizesThatMakeNoSense() {
        for (String name : List.of("", "../x", "a/b", "a\0b", "x".repeat(101))) {
            assertThatThrownBy(() -> create(name, 1, List.of(directory))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> create("x", 0, List.of(directory))).hasMessageContaining("size=0");
    }
}
