// SPDX-License-Identifier: Apache-2.0
package dev.sluice.gateway;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory (mode 0700) that only this user can enter, for the one-shot token file (mode 0600). Its owner holds a
 * lock on a file inside: a directory whose lock is free belongs to a process that was killed, and the next one sweeps
 * it. A lock is used, and not a pid in the name, because containers with different pid spaces may share the directory
 * above.
 */
final class PrivateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);
    private static final String PREFIX = "sluice-gateway-";
    private static final String LOCK = "owner";
    private static final String TOKEN = "token";
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel owner;

    private PrivateDirectory(Path path, FileChannel owner) {
        this.path = path;
        this.owner = owner;
    }

    static PrivateDirectory create(Path parent) {
        sweep(parent);
        try {
            Path path = Files.createTempDirectory(parent, PREFIX, DIRECTORY_MODE);
            FileChannel owner = createFile(path.resolve(LOCK));
            if (owner.tryLock() == null) {
                throw new IOException("the new lock file is held by another process");
            }
            return new PrivateDirectory(path, owner);
        } catch (IOException | UnsupportedOperationException e) {
            throw new SluiceException(
                    "no private directory for the gateway's token: parent=" + parent + ", reason=" + e
                            + "; set java.io.tmpdir to a directory that you can write to",
                    e);
        }
    }

    /** Writes the secret into a new file that nobody else can read, and returns its path. */
    Path writeToken(Token token) {
        Path file = path.resolve(TOKEN);
        try (FileChannel channel = createFile(file)) {
            var bytes = java.nio.ByteBuffer.wrap(token.bytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return file;
        } catch (IOException e) {
            throw new SluiceException("cannot write the gateway's token file: path=" + file + ", reason=" + e, e);
        }
    }

    private static FileChannel createFile(Path file) throws IOException {
        var options =
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, options, FILE_MODE);
    }

    /** Removes the directory; what cannot be removed is logged and left to the next sweep. */
    @Override
    public void close() {
        try {
            delete(path);
            owner.close();
        } catch (IOException e) {
            LOG.warn("cannot remove a private directory: path={}, reason={}", path, e.toString());
        }
    }

    private static void sweep(Path parent) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : found) {
                sweepOne(directory);
            }
        } catch (IOException e) {
            LOG.debug("no sweep of private directories: parent={}, reason={}", parent, e.toString());
        }
    }

    private static void sweepOne(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null) {
                delete(directory);
            }
        } catch (OverlappingFileLockException e) {
            LOG.trace("in use by this process: path={}", directory);
        } catch (IOException e) {
            // Not ours to enter, gone meanwhile, or so young that its lock file is not there yet.
            LOG.debug("not swept: path={}, reason={}", directory, e.toString());
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(TOKEN));
        Files.deleteIfExists(directory.resolve(LOCK));
        Files.deleteIfExists(directory);
    }
}
