// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cluster's directory: {@code coordinator.json}, by which others find this process and know it from a stranger with
 * the same pid, and {@code token}, which lets them in. Both are 0600 in a directory of 0700, and go with the process.
 */
final class State implements AutoCloseable {
    private static final int TOKEN_BYTES = 32;
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private Path directory;
    private final String token = secret();

    State(Path directory) {
        this.directory = directory;
    }

    private static String secret() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String token() {
        return token;
    }

    Path directory() {
        return directory;
    }

    /** Names the directory by the port. What a dead cluster left under that name is in the way, and goes: we have its port. */
    void settle(int port) throws IOException {
        Path named = directory.resolveSibling("cluster-" + port);
        if (named.equals(directory)) {
            return;
        }
        try {
            Files.move(directory, named);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            Trees.delete(named);
            Files.move(directory, named);
        }
        directory = named;
    }

    /** Writes both files; the one that says that all is ready comes last and whole. */
    void write(Map<String, Object> described) throws IOException {
        put("token", token);
        Map<String, Object> all = new LinkedHashMap<>(described);
        long pid = ProcessHandle.current().pid();
        all.put("pid", pid);
        all.put("started", startTicks(pid));
        put("coordinator.json", Json.write(all));
    }

    private void put(String name, String text) throws IOException {
        Path made = directory.resolve(name + ".new");
        Files.deleteIfExists(made);
        Files.createFile(made, PRIVATE);
        Files.writeString(made, text, StandardOpenOption.WRITE);
        Files.move(made, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** When a process started, in clock ticks after boot: the 22nd field of its stat, the 20th after its name. */
    static long startTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    }

    @Override
    public void close() {
        for (String name : new String[] {"coordinator.json", "token"}) {
            try {
                Files.deleteIfExists(directory.resolve(name));
            } catch (NoSuchFileException e) {
                // Someone has tidied up already.
            } catch (IOException e) {
                // It is stale from now on, which its pid says.
            }
        }
    }
}
