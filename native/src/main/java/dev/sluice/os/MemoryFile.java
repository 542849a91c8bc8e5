// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory that other processes of this user map by its {@link #path}. Its whole size is taken from the system
 * when it is made, because a page that a full tmpfs cannot give is a SIGBUS later. Best is a memfd, which no directory
 * shows and which ends with its last user; else a file of mode 0600 in one of the directories given. Write it through
 * {@link #channel}, then {@link #seal} it, then let others map it.
 */
public final class MemoryFile implements AutoCloseable {
    private final Path path;
    private final long size;
    private final FileChannel channel;
    private final @Nullable Descriptor memfd;
    private final String origin;
    private boolean closed;

    MemoryFile(Path path, long size, FileChannel channel, @Nullable Descriptor memfd, String origin) {
        this.path = path;
        this.size = size;
        this.channel = channel;
        this.memfd = memfd;
        this.origin = origin;
    }

    /**
     * Makes a file of the given size, full of zeros.
     *
     * @param name a hint for people who look at /proc or the directory: letters, digits, dot, dash, underscore
     * @param size bytes, at least 1
     * @param directories tried in order where a memfd cannot be had, for example {@code /dev/shm} and a local one
     * @return the file, open for reading and writing
     * @throws OsException where nothing can hold it; the message lists every attempt with the room that there was
     */
    public static MemoryFile create(String name, long size, List<Path> directories) {
        return MemoryFiles.create(name, size, directories, LibC.load());
    }

    /**
     * Where others open it; for a memfd {@code /proc/PID/fd/N}, valid while this file is open.
     *
     * @return the path
     */
    public Path path() {
        return path;
    }

    /**
     * The size that was asked for.
     *
     * @return bytes
     */
    public long size() {
        return size;
    }

    /**
     * The file, open for reading and writing until {@link #close}.
     *
     * @return the channel, owned by this object
     */
    public FileChannel channel() {
        return channel;
    }

    /**
     * How it was made, for the one message that a fall-back deserves.
     *
     * @return for example {@code memfd}, or a directory and why memfd was not to be had
     */
    public String origin() {
        return origin;
    }

    /**
     * The memfd, for passing it on over a socket.
     *
     * @return the descriptor, owned by this object, or null where it is a plain file: pass its path
     */
    public @Nullable Descriptor descriptor() {
        return memfd;
    }

    /** Whether it lies in a directory for want of a memfd. */
    boolean inDirectory() {
        return memfd == null;
    }

    /**
     * Makes the contents final. On a memfd the kernel then refuses any change of size or bytes, for everyone. A plain
     * file gets mode 0400, which binds the well-behaved; a mapping or descriptor that is open for writing keeps working.
     *
     * @throws OsException where the kernel refuses
     */
    public void seal() {
        if (memfd != null) {
            MemoryFiles.seal(memfd);
            return;
        }
        try {
            Files.setPosixFilePermissions(path, Set.of(PosixFilePermission.OWNER_READ));
        } catch (IOException e) {
            throw new OsException("cannot seal a file: path=" + path, e);
        }
    }

    /** Closes it and deletes a plain file. Mappings in other processes stay valid. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            if (memfd == null) {
                Files.deleteIfExists(path);
            } else {
                memfd.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove a shared file: path=" + path, e);
        }
    }

    @Override
    public String toString() {
        return "memory file path=" + path + " bytes=" + size + " by " + origin;
    }
}
