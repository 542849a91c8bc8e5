// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Python files that this jar carries, as files that Python can import. They are unpacked once, into a directory that
 * only this user may enter and that is named by their content, so that versions never mix.
 */
public final class PythonPackage {
    private static final Logger LOG = LoggerFactory.getLogger(PythonPackage.class);

    private static final String ROOT = "dev/sluice/worker/python/";

    private static final FileAttribute<?> ONLY_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PythonPackage() {}

    /**
     * Returns the cache directory of this user: {@code XDG_CACHE_HOME}, else {@code ~/.cache}.
     *
     * @param environment the variables to look into
     * @return where Sluice keeps what it can make again; need not exist
     */
    public static Path cache(Map<String, String> environment) {
        String named = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The convention says that a relative path is to be ignored.
        Path base = named.startsWith("/") ? Path.of(named) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("sluice");
    }

    /**
     * Returns a directory that holds the package {@code sluice}.
     *
     * @param cache where to keep it; made if it is not there
     * @param spare a private directory to use where the cache cannot be written or trusted
     * @return the directory, for a module search path
     * @throws IOException if neither can be written
     */
    public static Path unpack(Path cache, Path spare) throws IOException {
        SortedMap<String, byte[]> files = read();
        String name = "python-" + digest(files);
        // A user without a home, as in many containers, has no cache: Java then says "?".
        if (cache.isAbsolute()) {
            try {
                return unpackInto(cache, name, files);
            } catch (IOException e) {
                LOG.info("the Python files are unpacked for this run alone: {}", e.toString());
            }
        }
        return unpackInto(spare, name, files);
    }

    private static Path unpackInto(Path parent, String name, SortedMap<String, byte[]> files) throws IOException {
        makePrivate(parent);
        Path target = parent.resolve(name);
        if (!whole(target, files)) {
            Path made = Files.createTempDirectory(parent, name + "-", ONLY_OWNER);
            try {
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    Path path = made.resolve(file.getKey());
                    Files.createDirectories(path.getParent());
                    Files.write(path, file.getValue());
                }
                Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                delete(made);
                if (!whole(target, files)) {
                    throw e;
                }
                // Another process was faster, with the same files.
            }
        }
        checkOurs(target);
        return target;
    }

    /** Makes a directory that only this user may enter, with those above it; one that is there must be ours alone. */
    static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory, ONLY_OWNER);
        checkOurs(directory);
    }

    /** The number of the user who runs this process. */
    static Object user() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** Refuses a directory that another user made or can write: what is in it would run as us. */
    static void checkOurs(Path directory) throws IOException {
        var attributes = Files.readAttributes(
                directory, java.nio.file.attribute.PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String mode = PosixFilePermissions.toString(attributes.permissions());
        Object us = user();
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() || !owner.equals(us) || mode.charAt(4) == 'w' || mode.charAt(7) == 'w') {
            throw new FileAlreadyExistsException(
                    directory.toString(), null, "not a directory of ours alone: owner uid=" + owner + " mode=" + mode);
        }
    }

    private static boolean whole(Path directory, SortedMap<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) != file.getValue().length) {
                return false;
            }
        }
        return true;
    }

    private static SortedMap<String, byte[]> read() throws IOException {
        URL marker = PythonPackage.class.getResource("/" + ROOT + "sluice/__init__.py");
        if (marker == null) {
            throw new IOException("this jar does not hold the Python package: missing=" + ROOT);
        }
        SortedMap<String, byte[]> files = new TreeMap<>();
        if (marker.getProtocol().equals("jar")) {
            JarURLConnection connection = (JarURLConnection) marker.openConnection();
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                for (JarEntry entry : jar.stream().toList()) {
                    if (entry.getName().startsWith(ROOT) && !entry.isDirectory()) {
                        try (InputStream in = jar.getInputStream(entry)) {
                            files.put(entry.getName().substring(ROOT.length()), in.readAllBytes());
                        }
                    }
                }
            }
        } else {
            Path root = directory(marker);
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.filter(Files::isRegularFile).toList()) {
                    files.put(root.relativize(path).toString(), Files.readAllBytes(path));
                }
            }
        }
        files.keySet().removeIf(name -> name.contains("__pycache__"));
        return files;
    }

    private static Path directory(URL marker) throws IOException {
        try {
            return Path.of(new URI(marker.toString())).resolve("../..").normalize();
        } catch (URISyntaxException e) {
            throw new IOException("cannot read the Python package: url=" + marker, e);
        }
    }

    private static String digest(SortedMap<String, byte[]> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, content) -> {
                digest.update((name + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Deletes a tree, or as much of it as can be. */
    static void delete(Path tree) {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // What is left is ours, private and small.
        }
    }
}
