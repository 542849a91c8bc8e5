// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much room there is for shared memory; pure Java. */
public final class SharedMemory {
    private static final Path CGROUP = Path.of("/sys/fs/cgroup");

    private SharedMemory() {}

    /**
     * Bytes that a file in this directory may still take: the free space of its file system, and for one that lives in
     * memory also no more than the free memory of machine and cgroup.
     *
     * @param directory an existing directory
     * @return bytes free for this user
     * @throws OsException where the directory cannot be asked
     */
    public static long free(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            long space = store.getUsableSpace();
            boolean inMemory = store.type().equals("tmpfs") || store.type().equals("ramfs");
            return inMemory ? Math.min(space, freeMemory()) : space;
        } catch (IOException e) {
            throw new OsException("cannot read the free space of a directory: path=" + directory, e);
        }
    }

    /**
     * Bytes of memory that can be taken before the kernel starts to kill: the machine's MemAvailable, and within a
     * cgroup's limit what is not in use, page cache counted as free.
     *
     * @return bytes free
     */
    public static long freeMemory() {
        Map<String, Long> machine = ProcFs.kilobytes(Path.of("/proc/meminfo"));
        long free = machine == null ? Long.MAX_VALUE : machine.getOrDefault("MemAvailable", Long.MAX_VALUE);
        free = Math.min(free, cgroup(CGROUP, "memory.max", "memory.current", ""));
        Path old = CGROUP.resolve("memory");
        return Math.min(free, cgroup(old, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"));
    }

    static long cgroup(Path directory, String limitFile, String usedFile, String prefix) {
        long limit = number(ProcFs.read(directory.resolve(limitFile)));
        long used = number(ProcFs.read(directory.resolve(usedFile)));
        if (limit == Long.MAX_VALUE || used == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        String stat = ProcFs.read(directory.resolve("memory.stat"));
        long cache = stat == null ? 0 : field(stat, prefix + "inactive_file") + field(stat, prefix + "active_file");
        return Math.max(0, limit - used + cache);
    }

    private static long field(String stat, String name) {
        for (String line : stat.split("\n", -1)) {
            if (line.startsWith(name + " ")) {
                return number(line.substring(name.length() + 1));
            }
        }
        return 0;
    }

    /** The number, or "no limit" for {@code max}, for an absent file and for the old kernels' huge values. */
    private static long number(@Nullable String text) {
        if (text == null || !text.strip().matches("[0-9]{1,18}")) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(text.strip());
    }
}
