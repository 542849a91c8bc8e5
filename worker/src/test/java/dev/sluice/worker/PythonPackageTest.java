// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PythonPackageTest {
    @TempDir
    Path temporary;

    @Test
    void unpackedOnceIntoAPrivateDirectory() throws IOException {
        Path cache = temporary.resolve("cache/sluice");
        Path first = unpack(cache);
        assertThat(first).startsWith(cache);
        assertThat(first.resolve("sluice/worker/zygote.py")).isRegularFile();
        assertThat(first.resolve("sluice/context.py")).as("the driver's part").doesNotExist();
        assertThat(Files.getPosixFilePermissions(first)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(cache)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        FileTime made = Files.getLastModifiedTime(first.resolve("sluice/worker/zygote.py"));
        assertThat(unpack(cache)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first.resolve("sluice/worker/zygote.py")))
                .isEqualTo(made);
    }

    @Test
    void manyProcessesAtOnceAgree() throws Exception {
        Path cache = temporary.resolve("cache");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Path>> calls = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                calls.add(() -> unpack(cache));
            }
            Path agreed = unpack(cache);
            for (Future<Path> path : threads.invokeAll(calls)) {
                assertThat(path.get()).isEqualTo(agreed);
            }
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).as("no half-made directories").hasSize(1);
        }
    }

    @Test
    void aCacheThatCannotBeTrustedIsPassedOver() throws IOException {
        Path cache = temporary.resolve("cache");
        Path whole = unpack(cache);
        Files.writeString(whole.resolve("sluice/errors.py"), "raise SystemExit");
        assertThat(unpack(cache)).as("cut files").startsWith(temporary.resolve("spare"));
        Path open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(unpack(open)).as("others can write").startsWith(temporary.resolve("spare"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Files.createDirectory(temporary.resolve("to")));
        assertThat(unpack(link)).as("a link").startsWith(temporary.resolve("spare"));
        Path file = Files.createFile(temporary.resolve("file"));
        assertThat(unpack(file)).as("a file").startsWith(temporary.resolve("spare"));
    }

    @Test
    void theCacheFollowsTheConvention() {
        assertThat(PythonPackage.cache(Map.of("XDG_CACHE_HOME", "/x"))).isEqualTo(Path.of("/x/sluice"));
        Path home = Path.of(System.getProperty("user.home"), ".cache/sluice");
        assertThat(PythonPackage.cache(Map.of())).isEqualTo(home);
        assertThat(PythonPackage.cache(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
    }

    private Path unpack(Path cache) throws IOException {
        Path spare = Files.createDirectories(temporary.resolve("spare"));
        return PythonPackage.unpack(cache, spare);
    }
}
