// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.codec;

import com.github.luben.zstd.util.Native;
import dev.sluice.core.SluiceException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads zstd's shared library from its jar. By itself it would leave its copy in the temporary directory until the
 * process ends, and for good if it is killed; here the copy is unlinked as soon as it is mapped.
 */
final class ZstdLibrary {
    private static volatile boolean loaded;

    private ZstdLibrary() {}

    static void load() {
        if (!loaded) {
            loadOnce();
        }
    }

    private static synchronized void loadOnce() {
        if (loaded) {
            return;
        }
        Path directory = null;
        try {
            directory = Files.createTempDirectory("sluice-zstd-");
            Native.load(directory.toFile());
            loaded = true;
        } catch (IOException | LinkageError e) {
            throw new SluiceException(
                    "cannot load zstd: directory=" + (directory == null ? "(none)" : directory) + ", " + e.getMessage()
                            + "; give java.io.tmpdir a directory that allows programs, or set the codec to zlib",
                    e);
        } finally {
            if (directory != null) {
                remove(directory.toFile());
            }
        }
    }

    /** What cannot be removed is empty or will be swept with the other leftovers, and is no reason to fail. */
    @SuppressWarnings("ReturnValueIgnored")
    private static void remove(File directory) {
        File[] files = directory.listFiles();
        if (files != null) {
            for (File file : files) {
                file.delete();
            }
        }
        directory.delete();
    }
}
