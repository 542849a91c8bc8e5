// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** One directory of mode 0700 that belongs to one run. */
final class RunDirectory {
    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    static RunDirectory make(Path parent) throws IOException {
        // Random names, made with their mode at once: nothing can be placed there beforehand, whatever the umask.
        Path path = Files.createTempDirectory(
                parent.toAbsolutePath(),
                "sluice-spill-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new RunDirectory(path);
    }

    Path path() {
        return path;
    }

    void remove() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Files.deleteIfExists(entry);
            }
        }
        Files.deleteIfExists(path);
    }
}
