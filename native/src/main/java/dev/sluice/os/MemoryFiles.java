// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Makes memory files: the attempts in their order, each of which leaves nothing behind when it fails. */
final class MemoryFiles {
    private static final int MFD_CLOEXEC_ALLOW_SEALING = 3;
    private static final int F_ADD_SEALS = 1033;
    private static final int SEAL_SEAL = 1;
    private static final int SEAL_SIZE = 2 | 4;
    private static final int SEAL_WRITE = 8;
    private static final int SEAL_FUTURE_WRITE = 16;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private MemoryFiles() {}

    static MemoryFile create(String name, long size, List<Path> directories, Load<LibC> library) {
        return create(name, size, directories, library, true);
    }

    static MemoryFile create(String name, long size, List<Path> directories, Load<LibC> library, boolean memfdAllowed) {
        if (size < 1 || !name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("cannot make a memory file of this: name=" + name + " size=" + size);
        }
        List<String> tried = new ArrayList<>();
        if (library.ok() && memfdAllowed) {
            try {
                requireRoom(size, SharedMemory.freeMemory());
                return memfd(name, size);
            } catch (IOException | OsException e) {
                tried.add("memfd: " + e.getMessage());
            }
        } else {
            tried.add("memfd: " + (library.ok() ? "not allowed" : library));
        }
        for (Path directory : directories) {
            try {
                requireRoom(size, SharedMemory.free(directory));
                return file(directory, name, size, library.ok(), String.join("; ", tried));
            } catch (IOException | OsException e) {
                tried.add(directory + ": " + e.getMessage());
            }
        }
        throw new OsException("no room for shared memory: name=" + name + " bytes=" + size + "; tried "
                + String.join("; ", tried) + "; free some, or name a directory with room");
    }

    /** Asked beforehand, because the kernel's answer to memory that is not there is to kill somebody. */
    private static void requireRoom(long size, long free) throws IOException {
        if (size > free) {
            throw new IOException("needs bytes=" + size + " has free=" + free);
        }
    }

    private static MemoryFile memfd(String name, long size) throws IOException {
        int fd = LibC.memfd_create(LibC.text(name), MFD_CLOEXEC_ALLOW_SEALING);
        if (fd < 0) {
            throw new OsException("memfd_create failed: name=" + name, LibC.errno());
        }
        Descriptor memfd = new Descriptor(fd, "memfd " + name);
        try {
            allocate(memfd, size);
            // By our own number, not by pid: that also works where another pid namespace is mounted at /proc.
            FileChannel channel =
                    FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new MemoryFile(memfd.path(), size, channel, memfd, "memfd");
        } catch (IOException | RuntimeException e) {
            memfd.close();
            throw e;
        }
    }

    private static MemoryFile file(Path directory, String name, long size, boolean nativeCalls, String before)
            throws IOException {
        Path path = directory.resolve(name + "-" + UUID.randomUUID()).toAbsolutePath();
        // CREATE_NEW neither follows a link nor takes a file that somebody else put there.
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (nativeCalls) {
                try (Descriptor second = Descriptor.openForAllocation(path)) {
                    allocate(second, size);
                }
            } else {
                writeZeros(channel, size);
            }
            return new MemoryFile(path, size, channel, null, directory + " (" + before + ")");
        } catch (IOException | RuntimeException e) {
            try (channel) {
                Files.deleteIfExists(path);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    static void allocate(Descriptor file, long size) {
        // This function returns its errno instead of setting it.
        int errno;
        do {
            errno = file.use(fd -> LibC.posix_fallocate(fd, 0, size));
        } while (errno == Errno.EINTR);
        if (errno != 0) {
            throw new OsException("posix_fallocate failed: " + file + " bytes=" + size, errno);
        }
    }

    /** What posix_fallocate promises, by plain writes. */
    static void writeZeros(FileChannel channel, long size) throws IOException {
        for (long at = 0; at < size; ) {
            ByteBuffer part = ZEROS.slice(0, (int) Math.min(ZEROS.capacity(), size - at));
            at += channel.write(part, at);
        }
    }

    static void seal(Descriptor memfd) {
        int errno = addSeals(memfd, SEAL_SIZE | SEAL_WRITE | SEAL_SEAL);
        if (errno == Errno.EBUSY) {
            // Somebody has it mapped for writing; a Java mapping stays until it is collected. Bar all further ones.
            errno = addSeals(memfd, SEAL_SIZE | SEAL_FUTURE_WRITE | SEAL_SEAL);
        }
        if (errno != 0) {
            throw new OsException("fcntl failed: command=F_ADD_SEALS " + memfd, errno);
        }
    }

    private static int addSeals(Descriptor memfd, int seals) {
        return memfd.use(fd -> LibC.fcntl(fd, F_ADD_SEALS, seals) == 0 ? 0 : LibC.errno());
    }
}
