// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The files of one run, in directories of its own: the first in shared memory, the next on disk for what does not fit.
 * Whoever reads a file deletes its name first; {@link #close} deletes what nobody came for.
 */
final class TransferFiles implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_OWNERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final List<Path> directories = new ArrayList<>();
    private int files;

    /**
     * Makes directories.
     *
     * @param parents private directories, the preferred one first
     * @param name what no other run is called
     * @throws IOException if one cannot be made
     */
    TransferFiles(List<Path> parents, String name) throws IOException {
        for (Path parent : parents) {
            try {
                directories.add(Files.createDirectory(parent.resolve(name), ONLY_OWNERS_DIRECTORY));
            } catch (IOException e) {
                close();
                throw e;
            }
        }
    }

    List<Path> directories() {
        return directories;
    }

    /** Writes the content of a file. */
    interface Content {
        void write(FileChannel channel) throws IOException;
    }

    /** A file that was written. */
    record Written(int directory, String name, long bytes) {}

    /**
     * Writes a file where there is room.
     *
     * @param needed about as many bytes as it will have
     * @param content writes it, and again elsewhere if there was no room after all
     * @throws IOException naming every directory with its free space, if none has room
     */
    Written write(long needed, Content content) throws IOException {
        String name = "s" + files++;
        List<String> tried = new ArrayList<>();
        List<IOException> reasons = new ArrayList<>();
        for (int i = 0; i < directories.size(); i++) {
            Path directory = directories.get(i);
            long free = directory.toFile().getUsableSpace();
            tried.add(directory + " free=" + free);
            if (free < needed) {
                continue;
            }
            Path path = directory.resolve(name);
            try (FileChannel channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ONLY_OWNER)) {
                content.write(channel);
                return new Written(i, name, channel.position());
            } catch (ClosedByInterruptException e) {
                throw new IOException("interrupted while a batch was written: file=" + path, e);
            } catch (IOException e) {
                Files.deleteIfExists(path);
                tried.set(i, tried.get(i) + " (" + e.getMessage() + ")");
                reasons.add(e);
            }
        }
        IOException failure = new IOException("no room for a batch: bytes=" + needed + " directories="
                + String.join("; ", tried) + "; free space there, or make batches smaller");
        reasons.forEach(failure::addSuppressed);
        throw failure;
    }

    /** Maps a file of the other side and deletes its name. */
    ArrowBuf take(int directory, UnitLayout.FileName file, BufferAllocator allocator) throws IOException {
        Path path = directories.get(directory).resolve(file.name());
        try {
            return MappedFile.map(path, file.bytes(), allocator);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    /** Deletes directories and files; what a dying worker still writes too, as far as it is there. Idempotent. */
    @Override
    public void close() {
        for (Path directory : directories) {
            for (boolean again = true; again; ) {
                again = false;
                try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                    for (Path file : left) {
                        Files.deleteIfExists(file);
                        again = true;
                    }
                    if (!again) {
                        Files.deleteIfExists(directory);
                    }
                } catch (java.nio.file.DirectoryNotEmptyException e) {
                    again = true;
                } catch (java.nio.file.NoSuchFileException e) {
                    // It went with its parent.
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot delete files of arrow data: directory=" + directory, e);
                }
            }
        }
    }
}
