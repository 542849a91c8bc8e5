// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemfdTest extends MemoryFileContract {
    @Override
    MemoryFile create(String name, long size, List<Path> directories) {
        return MemoryFile.create(name, size, directories);
    }

    @Test
    void isAMemfd() {
        try (MemoryFile file = create("x", 1, List.of())) {
            assertThat(file.origin()).isEqualTo("memfd");
            assertThat(file.inDirectory()).isFalse();
        }
    }

    @Test
    void aSealBindsEverybody() {
        try (MemoryFile file = create("sealed", 4096, List.of())) {
            file.seal();
            assertThatThrownBy(() -> file.channel().write(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.channel().truncate(1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.channel().write(ByteBuffer.allocate(1), 5000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSealBarsFurtherWritersWhereOneHasItMapped() throws IOException {
        try (MemoryFile file = create("mapped", 4096, List.of())) {
            MappedByteBuffer mapping = file.channel().map(MapMode.READ_WRITE, 0, 4096);
            file.seal();
            assertThatThrownBy(() -> file.channel().write(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(IOException.class);
            mapping.put(0, (byte) 1);
        }
    }
}
