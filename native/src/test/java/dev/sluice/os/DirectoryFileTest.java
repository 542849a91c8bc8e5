// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectoryFileTest extends MemoryFileContract {
    static final Load<LibC> NONE =
            new Load<>("C library", null, List.of(new Load.Attempt("libc.so.6", "UnsatisfiedLinkError test")));

    @Override
    MemoryFile create(String name, long size, List<Path> directories) {
        return MemoryFiles.create(name, size, directories, NONE);
    }

    @Test
    void saysWhyAndTakesTheFirstDirectoryThatWorks() throws IOException {
        Path missing = directory.resolve("missing");
        try (MemoryFile file = create("x", 10, List.of(missing, directory))) {
            assertThat(file.path()).hasParent(directory);
            assertThat(file.inDirectory()).isTrue();
            assertThat(file.origin())
                    .startsWith(directory + " (memfd: no C library (tried libc.so.6: UnsatisfiedLinkError test); ")
                    .contains(missing + ": ");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
            file.seal();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("r--------");
        }
    }
}
