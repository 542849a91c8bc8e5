// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The private directory of one program's workers, or one that several processes of a program share. A file in it stays
 * locked as long as one of them lives, however it ends; whoever starts next and gets the lock removes what is left.
 */
public final class RunFiles implements AutoCloseable {
    private static final String PREFIX = "sluice-workers-";
    /** Apart from the others: who makes one of those opens the locks of all that it finds, and must not open its own. */
    private static final String SHARED_PREFIX = "sluice-shared-";

    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;
    private final boolean shared;

    private RunFiles(Path directory, FileChannel lock, boolean shared) {
        this.directory = directory;
        this.lock = lock;
        this.shared = shared;
    }

    /**
     * Makes a directory of mode 0700, and removes those of dead programs beside it.
     *
     * @param parent where to make it
     * @return the directory, removed when it is closed
     * @throws IOException if it cannot be made
     */
    public static RunFiles make(Path parent) throws IOException {
        String mine = PREFIX + ProcessHandle.current().pid() + "-";
        sweep(parent, PREFIX, mine);
        Path directory = Files.createTempDirectory(parent, mine);
        try {
            FileChannel lock =
                    FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock.lock();
            return new RunFiles(directory, lock, false);
        } catch (IOException e) {
            PythonPackage.delete(directory);
            throw e;
        }
    }

    /**
     * Makes a directory of mode 0700, or joins those who have made it, and removes those of dead programs beside it.
     *
     * @param parent where to make it
     * @param name what all who share it call it; a file name
     * @return the directory, removed when the last of them closes it
     * @throws IOException if it cannot be made, or is not this user's alone
     */
    public static RunFiles join(Path parent, String name) throws IOException {
        String mine = SHARED_PREFIX + PythonPackage.user() + "-" + name;
        sweep(parent, SHARED_PREFIX, mine);
        Path directory = parent.resolve(mine);
        while (true) {
            PythonPackage.makePrivate(directory);
            FileChannel lock;
            try {
                lock = FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                // The last of the others removed it just now.
                continue;
            }
            try {
                lock.lock(0, Long.MAX_VALUE, true);
                if (Files.exists(directory.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
                    return new RunFiles(directory, lock, true);
                }
                Channels.close(lock);
            } catch (IOException e) {
                Channels.close(lock);
                throw e;
            }
        }
    }

    /** {@return the directory} */
    public Path directory() {
        return directory;
    }

    /** Those of this process stay unopened: closing any descriptor of a locked file would let its lock go. */
    private static void sweep(Path parent, String prefix, String mine) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, prefix + "*")) {
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

    /** Removes the directory with all that is in it, unless others share it. Idempotent. */
    @Override
    public void close() {
        if (shared) {
            Channels.close(lock);
            removeIfDead(directory);
        } else {
            PythonPackage.delete(directory);
            Channels.close(lock);
        }
    }
}
