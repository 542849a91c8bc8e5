// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeCensus.class)
class DescriptorTest {
    @TempDir
    private Path directory;

    @Test
    void readsAFifoWithoutBlocking() throws Exception {
        Path path = directory.resolve("a fifo é");
        Descriptor.makeFifo(path);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (Descriptor fifo = Descriptor.openFifo(path, true)) {
            ByteBuffer direct = ByteBuffer.allocateDirect(10).position(2);
            assertThat(fifo.read(direct)).as("nothing there").isZero();
            assertThat(fifo.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1)))
                    .isEqualTo(3);
            assertThat(fifo.read(direct)).isEqualTo(3);
            assertThat(direct.position()).isEqualTo(5);
            assertThat(direct.get(2)).isEqualTo((byte) 2);
            assertThat(fifo.read(ByteBuffer.allocate(4))).isZero();
            assertThat(fifo.read(ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void seesTheEndOfAFifoAndItsFullness() {
        Path path = directory.resolve("fifo");
        Descriptor.makeFifo(path);
        try (Descriptor reader = Descriptor.openFifo(path, false)) {
            try (Descriptor writer = Descriptor.openFifo(path, true)) {
                ByteBuffer block = ByteBuffer.allocateDirect(4096);
                int total = 0;
                while (writer.write(block.clear()) > 0) {
                    total += block.position();
                }
                assertThat(total).isGreaterThanOrEqualTo(4096);
                int back = 0;
                int got;
                while ((got = reader.read(ByteBuffer.allocate(1000))) > 0) {
                    back += got;
                }
                assertThat(back).isEqualTo(total);
                assertThat(got).as("writer is open").isZero();
            }
            assertThat(reader.read(ByteBuffer.allocate(10)))
                    .as("writer is gone")
                    .isEqualTo(-1);
        }
    }

    @Test
    void twoReadersNeverGetTheSameToken() throws Exception {
        Path path = directory.resolve("lease");
        Descriptor.makeFifo(path);
        AtomicInteger sum = new AtomicInteger();
        try (Descriptor fifo = Descriptor.openFifo(path, true);
                Descriptor other = Descriptor.openFifo(path, false)) {
            for (int i = 1; i <= 100; i++) {
                fifo.write(ByteBuffer.wrap(new byte[] {(byte) i}));
            }
            Thread thief = new Thread(() -> drain(other, sum));
            thief.start();
            drain(fifo, sum);
            thief.join();
        }
        assertThat(sum).hasValue(5050);
    }

    private static void drain(Descriptor fifo, AtomicInteger sum) {
        ByteBuffer token = ByteBuffer.allocate(1);
        while (fifo.read(token.clear()) > 0) {
            sum.addAndGet(token.get(0));
        }
    }

    @Test
    void anotherProcessOpensItByPath() throws Exception {
        try (MemoryFile file = MemoryFile.create("by-path", 3, List.of())) {
            file.channel().write(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}), 0);
            Process cat = new ProcessBuilder("cat", file.path().toString()).start();
            assertThat(Children.output(cat)).isEqualTo("abc");
        }
    }

    @Test
    void errorsNameThePathAndTheClosedOne() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Descriptor.openFifo(missing, false))
                .isInstanceOf(OsException.class)
                .hasMessage("open failed: path=" + missing + " errno=2 (ENOENT, no such file)");
        Path path = directory.resolve("fifo");
        Descriptor.makeFifo(path);
        assertThatThrownBy(() -> Descriptor.makeFifo(path)).hasMessageContaining("EEXIST");
        Descriptor fifo = Descriptor.openFifo(path, true);
        fifo.close();
        fifo.close();
        assertThatThrownBy(() -> fifo.read(ByteBuffer.allocate(1))).hasMessageStartingWith("descriptor is closed: fd=");
    }
}
