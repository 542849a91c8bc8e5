// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The private directories of one run, one on each local disk that was named. A file goes to the next directory in turn;
 * where that one is full or fails, to the others; and only when all have failed there is an error, which lists them.
 * Safe for use by many threads.
 */
public final class SpillDirectories implements AutoCloseable {
    private final List<Path> parents;
    private final SpillFiles files;
    private final Set<Path> unwanted = ConcurrentHashMap.newKeySet();
    /** By kind: with one turn for all, a writer that makes a scratch file and then its output would favour one disk. */
    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();

    private final AtomicLong names = new AtomicLong();
    private final Object making = new Object();
    private volatile @Nullable List<RunDirectory> made;
    private volatile boolean closed;

    private SpillDirectories(Collection<Path> parents, SpillFiles files) {
        this.parents = List.copyOf(parents);
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
        SpillDirectories directories = new SpillDirectories(parents, files);
        directories.prepare();
        return directories;
    }

    /**
     * As {@link #open(Collection)}, but touches no disk until something spills or {@link #prepare} is called.
     *
     * @param parents existing directories, at least one
     * @return the directories
     */
    public static SpillDirectories lazy(Collection<Path> parents) {
        return new SpillDirectories(parents, SpillFiles.local());
    }

    /**
     * Makes the directories now, if they are not there yet.
     *
     * @throws SpillException if no parent can be used, or if this is closed
     */
    public void prepare() {
        made();
    }

    private List<RunDirectory> made() {
        List<RunDirectory> now = made;
        if (now == null) {
            synchronized (making) {
                now = made;
                if (now == null) {
                    now = makeAll();
                    made = now;
                }
            }
        }
        return now;
    }

    private List<RunDirectory> makeAll() {
        if (closed) {
            throw new SpillException("spill directories are closed: parents=" + parents);
        }
        List<RunDirectory> result = new ArrayList<>();
        Failures failures = new Failures();
        for (Path parent : parents) {
            try {
                result.add(RunDirectory.make(parent));
            } catch (IOException e) {
                failures.add(parent, files, e);
            }
        }
        if (result.isEmpty()) {
            throw failures.exception("no local directory can be used for spilling", 0);
        }
        return List.copyOf(result);
    }

    /**
     * Lists the directories, and makes them if they are not there yet.
     *
     * @return their paths, one for each usable parent
     */
    public List<Path> paths() {
        return made().stream().map(RunDirectory::path).toList();
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
                // Not a static logger: a start without trouble should not pay for one.
                LoggerFactory.getLogger(SpillDirectories.class).debug("spill file stays for now: file={}", path, e);
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
        List<RunDirectory> directories = made();
        Failures failures = new Failures();
        long turn = turns.computeIfAbsent(kind, unused -> new AtomicLong()).getAndIncrement();
        int first = (int) Math.floorMod(turn, (long) directories.size());
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
        List<RunDirectory> directories;
        synchronized (making) {
            closed = true;
            directories = made == null ? List.of() : made;
        }
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
