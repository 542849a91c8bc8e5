// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One directory of mode 0700 that belongs to one run. Beside it lies a file that the run keeps locked as long as it
 * lives: the kernel drops the lock with the process, however that ends, so whoever gets the lock of a directory knows
 * that its owner is dead. Process ids would not tell, between containers that share a disk.
 */
final class RunDirectory {
    private static final String PREFIX = "sluice-spill-";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path path;
    private final Path lockPath;
    private final FileChannel lock;

    private RunDirectory(Path path, Path lockPath, FileChannel lock) {
        this.path = path;
        this.lockPath = lockPath;
        this.lock = lock;
    }

    /** Removes what dead runs left in {@code parent}, and makes a new directory there. */
    static RunDirectory make(Path parent) throws IOException {
        Path home = parent.toRealPath();
        sweep(home);
        // The pid is there because a lock does not tell two runs of one process apart.
        // Random only so as not to collide: what is there already, whoever made it, is refused below.
        String name = PREFIX + ProcessHandle.current().pid() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path lockPath = home.resolve(name + LOCK_SUFFIX);
        Path path = home.resolve(name);
        // Locked before the directory exists, so that no sweeper ever sees it without its lock.
        FileChannel lock = FileChannel.open(
                lockPath, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode("rw-------"));
        try {
            lock.lock();
            Files.createDirectory(path, mode("rwx------"));
            return new RunDirectory(path, lockPath, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            Files.deleteIfExists(lockPath);
            throw e;
        }
    }

    private static FileAttribute<?> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    Path path() {
        return path;
    }

    /** Removes the directory, all files in it, and the lock; doing it again does nothing. */
    void remove() throws IOException {
        if (!lock.isOpen()) {
            return;
        }
        removeTree(path);
        Files.deleteIfExists(lockPath);
        lock.close();
    }

    private static void removeTree(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException e) {
            return;
        }
        Files.deleteIfExists(directory);
    }

    private static void sweep(Path home) {
        String mine = PREFIX + ProcessHandle.current().pid() + "-";
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(home, PREFIX + "*")) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(mine)
                        && !name.endsWith(LOCK_SUFFIX)
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            // A parent that cannot be listed shows itself when the directory is made.
            return;
        }
        for (Path directory : found) {
            sweepOne(directory, directory.resolveSibling(directory.getFileName() + LOCK_SUFFIX));
        }
    }

    private static void sweepOne(Path directory, Path lockPath) {
        try (FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null) {
                removeTree(directory);
                Files.deleteIfExists(lockPath);
            }
        } catch (IOException | RuntimeException e) {
            // Another user's, or being swept by another process at this moment: neither is ours to remove or report.
            return;
        }
    }
}
