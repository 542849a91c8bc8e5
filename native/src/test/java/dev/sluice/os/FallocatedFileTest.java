// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.file.Path;
import java.util.List;

/** The way between: the C library is there, its memfd_create is not. */
class FallocatedFileTest extends MemoryFileContract {
    @Override
    MemoryFile create(String name, long size, List<Path> directories) {
        return MemoryFiles.create(name, size, directories, LibC.load(), false);
    }
}
