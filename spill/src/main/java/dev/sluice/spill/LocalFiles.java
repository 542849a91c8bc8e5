// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files by {@link FileChannel}; an interrupt of a thread inside a call closes its file, so tasks are not interrupted. */
enum LocalFiles implements SpillFiles {
    INSTANCE;

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    @Override
    public SpillFile create(Path path) throws IOException {
        return new ChannelFile(FileChannel.open(
                path,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PRIVATE));
    }

    @Override
    public SpillFile open(Path path) throws IOException {
        return new ChannelFile(FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public long freeSpace(Path directory) throws IOException {
        // Not by FileStore: that reads the table of mounts.
        long free = directory.toFile().getUsableSpace();
        if (free == 0 && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        return free;
    }

    private record ChannelFile(FileChannel channel) implements SpillFile {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
