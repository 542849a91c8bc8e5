// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The private directory of one program's workers. A file in it stays locked as long as the program lives, however it
 * ends; whoever starts next and gets the lock removes what is left.
 */
final class RunFiles implements AutoCloseable {
    private static final String PREFIX = "sluice-workers-";
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;

    private RunFiles(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** Makes a directory of mode 0700, and removes those of dead programs beside it. */
    static RunFiles make(Path parent) throws IOException {
        String mine = PREFIX + ProcessHandle.current().pid() + "-";
        sweep(parent, mine);
        Path directory = Files.createTempDirectory(parent, mine);
        try {
            FileChannel lock =
                    FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock.lock();
            return new RunFiles(directory, lock);
        } catch (IOException e) {
            PythonPackage.delete(directory);
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    /** Those of this process stay unopened: closing any descriptor of a locked file would let its lock go. */
    private static void sweep(Path parent, String mine) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                if (!directory.getFileName().toString().startsWith(mine)) {
                    removeIfDead(directory);
                }
            }
        } catch (IOException e) {
            // A parent that cannot be listed shows itself when the directory is made.
        }
    }

    private static void removeIfDead(Path directory) {
        try {
            PythonPackage.checkOurs(directory);
        } catch (IOException e) {
            return;
        }
        try (FileChannel file =
                        FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock dead = file.tryLock()) {
            if (dead != null) {
                PythonPackage.delete(directory);
            }
        } catch (IOException e) {
            // Being made, or being removed by another process, at this moment.
        }
    }

    /** Removes the directory with all that is in it. Idempotent. */
    @Override
    public void close() {
        PythonPackage.delete(directory);
        Channels.close(lock);
    }
}
