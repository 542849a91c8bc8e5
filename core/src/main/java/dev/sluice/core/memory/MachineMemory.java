// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.memory;

import dev.sluice.core.Messages;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that this process can have at most: the machine's, or less where a cgroup says so.
 *
 * @param bytes the smaller of the two
 * @param source the file that set it, for messages
 */
public record MachineMemory(long bytes, String source) {
    /**
     * Reads the memory of this machine.
     *
     * @return what it has now
     */
    public static MachineMemory read() {
        return read(Path.of("/"));
    }

    /**
     * Reads the memory of the machine whose file system is at {@code root}.
     *
     * @param root the directory that has {@code proc} and {@code sys}
     * @return the smaller of {@code MemTotal} and every limit of the process's cgroup and its ancestors, version 1 or 2
     * @throws SluiceException if {@code proc/meminfo} cannot be read or has no MemTotal; a cgroup that cannot be read
     *     sets no limit
     */
    public static MachineMemory read(Path root) {
        Path meminfo = root.resolve("proc/meminfo");
        MachineMemory least = new MachineMemory(totalOf(meminfo), meminfo.toString());
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy:controllers:path; version 2 has no controllers
            String[] fields = line.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            Path hierarchies = root.resolve("sys/fs/cgroup");
            if (fields[1].isEmpty()) {
                least = least.orLower(hierarchies, fields[2], "memory.max");
            } else if (List.of(fields[1].split(",", -1)).contains("memory")) {
                least = least.orLower(hierarchies.resolve("memory"), fields[2], "memory.limit_in_bytes");
            }
        }
        return least;
    }

    private MachineMemory orLower(Path mount, String group, String file) {
        MachineMemory least = this;
        // Inside a container the path may be the host's, whose directories are not mounted here: what exists counts.
        Path directory = mount.resolve("." + group).normalize();
        while (directory != null && directory.startsWith(mount)) {
            Path limitFile = directory.resolve(file);
            long limit = limitOf(limitFile);
            if (limit < least.bytes) {
                least = new MachineMemory(limit, limitFile.toString());
            }
            directory = directory.getParent();
        }
        return least;
    }

    private static long limitOf(Path file) {
        List<String> lines = lines(file);
        String text = lines.isEmpty() ? "max" : lines.get(0).strip();
        // "max", and the huge numbers by which version 1 says the same, are no limit; nor is 0, which no process
        // survives
        if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) == 0) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(text);
    }

    private static long totalOf(Path meminfo) {
        for (String line : lines(meminfo)) {
            String[] words = line.split("\\s+", -1);
            if (words.length >= 2 && words[0].equals("MemTotal:") && words[1].matches("[1-9][0-9]{0,14}")) {
                return Long.parseLong(words[1]) << 10;
            }
        }
        throw new SluiceException("cannot tell how much memory the machine has: no MemTotal, file="
                + Messages.quote(meminfo.toString()) + "; mount /proc, or set sluice.memory to a size such as 8g");
    }

    private static List<String> lines(@Nullable Path file) {
        try {
            return file == null ? List.of() : Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
