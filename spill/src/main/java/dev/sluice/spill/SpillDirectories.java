// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private directories of one run, one on each local disk that was named. A file goes to the next directory in turn;
 * where that one is full or fails, to the others; and only when all have failed there is an error, which lists them.
 * Safe for use by many threads.
 */
public final class SpillDirectories implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpillDirectories.class);

    private final List<RunDirectory> directories;
    private final SpillFiles files;
    private final Set<Path> unwanted = ConcurrentHashMap.newKeySet();
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong names = new AtomicLong();

    private SpillDirectories(List<RunDirectory> directories, SpillFiles files) {
        this.directories = directories;
        this.files = files;
    }

    /**
     * Makes a directory of mode 0700 in each parent; one parent that cannot be used is passed over, if another can.
     * Directories that a dead run left in a parent are removed.
     *
     * @param parents existing directories, at least one, best on different disks
     * @return the directories, which {@link #close} removes with all that is in them
     * @throws SpillException if no parent can be used; its message has the reason for each
     */
    public static SpillDirectories open(Collection<Path> parents) {
        return open(parents, SpillFiles.local());
    }

    /**
     * As {@link #open(Collection)}, with another file system for the files.
     *
     * @param parents existing directories, at least one
     * @param files what opens and removes files
     * @return the directories
     * @throws SpillException if no parent can be used
     */
    public static SpillDirectories open(Collection<Path> parents, SpillFiles files) {
        List<RunDirectory> made = new ArrayList<>();
        Failures failures = new Failures();
        for (Path parent : parents) {
            try {
                made.add(RunDirectory.make(parent));
            } catch (IOException e) {
                failures.add(parent, files, e);
            }
        }
        if (made.isEmpty()) {
            throw failures.exception("no local directory can be used for spilling", 0);
        }
        return new SpillDirectories(List.copyOf(made), files);
    }

    /**
     * Lists the directories made.
     *
     * @return their paths, one for each usable parent
     */
    public List<Path> paths() {
        return directories.stream().map(RunDirectory::path).toList();
    }

    SpillFiles files() {
        return files;
    }

    /** Removes a file that nobody needs; where that fails now, it is tried again later, at the latest by close. */
    void delete(Path path) {
        unwanted.add(path);
        deleteUnwanted();
    }

    private void deleteUnwanted() {
        unwanted.removeIf(path -> {
            try {
                files.delete(path);
                return true;
            } catch (IOException e) {
                LOG.debug("spill file stays for now: file={}", path, e);
                return false;
            }
        });
    }

    /** What is tried in one directory after the other, with a path that no one else was given. */
    @FunctionalInterface
    interface Attempt<T> {
        T in(Path file) throws IOException;
    }

    /** Runs {@code attempt} in the next directory with room for {@code bytes}, then in the others until one succeeds. */
    <T> T attempt(String kind, long bytes, @Nullable Path not, Attempt<T> attempt) {
        Failures failures = new Failures();
        int first = (int) Math.floorMod(turn.getAndIncrement(), (long) directories.size());
        for (int i = 0; i < directories.size(); i++) {
            Path directory = directories.get((first + i) % directories.size()).path();
            if (directory.equals(not)) {
                continue;
            }
            try {
                if (files.freeSpace(directory) < bytes) {
                    throw new IOException("no room for bytes=" + bytes);
                }
                return attempt.in(directory.resolve(kind + "-" + names.getAndIncrement()));
            } catch (IOException e) {
                failures.add(directory, files, e);
            }
        }
        throw failures.exception("no local directory can take spilled bytes", bytes);
    }

    /** Removes the directories and what is left in them; closing again does nothing. */
    @Override
    public void close() {
        deleteUnwanted();
        Failures failures = new Failures();
        for (RunDirectory directory : directories) {
            try {
                directory.remove();
            } catch (IOException e) {
                failures.add(directory.path(), files, e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.exception("spill directories could not be removed", 0);
        }
    }
}
