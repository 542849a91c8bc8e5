// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.SluiceException;
import dev.sluice.worker.PythonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories that are full, files that are not what was announced, a worker whose units are garbled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArrowTransferTest {
    private static final ArrowOptions FILES = new ArrowOptions(8 << 20, 0, 64 << 20);
    private static final String SAME = "def same(x): return x";
    private static final Schema X = ArrowPython.X;

    @TempDir
    Path temp;

    private ArrowPython arrow;
    private Path small = Path.of("unset");
    private boolean mounted;

    @BeforeAll
    void open() throws IOException {
        arrow = new ArrowPython();
    }

    /** A real file system of 256 KiB. Mounting needs root; for root, a mount that fails is a failed test. */
    private void mount() throws IOException, InterruptedException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assumeTrue(root, "mounting a tmpfs needs root: uid is not 0");
        small = Files.createTempDirectory(temp, "small");
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small.toString());
        mounted = true;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }

    @AfterEach
    void nothingStays() throws IOException, InterruptedException {
        if (mounted) {
            mounted = false;
            assertThat(small).isEmptyDirectory();
            run("umount", small.toString());
        }
        assertThat(arrow.allocator.getAllocatedMemory()).isZero();
    }

    @AfterAll
    void close() {
        arrow.close();
    }

    private ArrowWorkers workers(List<Path> directories) {
        return new ArrowWorkers(arrow.python, false, directories, arrow.allocator, FILES);
    }

    @Test
    void whereSharedMemoryIsFullTheDiskIsUsed() throws IOException, InterruptedException {
        mount();
        Path disk = Files.createTempDirectory(temp, "disk");
        ArrowWorkers workers = workers(List.of(small, disk));
        ArrowFunction same = workers.source(SAME, "same", X);
        assertThat(ArrowPython.column(same.apply(arrow.numbers(10_000, 100_000, 20))))
                .hasSize(110_020);
        assertThat(workers.copied().sentInFiles()).isGreaterThan(800_000);
        assertThat(disk).isEmptyDirectory();
    }

    @Test
    void whereNothingHasRoomTheErrorSaysSo() throws IOException, InterruptedException {
        mount();
        ArrowWorkers workers = workers(List.of(small));
        ArrowFunction same = workers.source(SAME, "same", X);
        assertThatThrownBy(() -> ArrowPython.column(same.apply(arrow.numbers(100_000))))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("no room for a batch: bytes=8")
                .hasMessageContaining(small + "/")
                .hasMessageContaining(" free=2");
        ArrowFunction grown = workers.source(
                "import pyarrow\ndef grown(batches): yield pyarrow.record_batch({'x': list(range(100_000))})",
                "grown",
                X);
        assertThatThrownBy(() -> ArrowPython.column(grown.applyToAll(arrow.numbers(1))))
                .isInstanceOf(PythonException.class)
                .hasMessageContaining("no room for a batch of results (bytes=8")
                .hasMessageContaining(small + "/");
        assertThat(ArrowPython.column(same.apply(arrow.numbers(100)))).hasSize(100);
    }

    /** What only a full file system shows while it is written, not by its free space before. */
    @Test
    void aFileThatTurnsOutTooLongIsWrittenElsewhere() throws IOException, InterruptedException {
        mount();
        Path disk = Files.createTempDirectory(temp, "disk");
        try (TransferFiles files = new TransferFiles(List.of(small, disk), "run")) {
            TransferFiles.Written written = files.write(10, channel -> {
                java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(400_000);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
            assertThat(written.directory()).isEqualTo(1);
            assertThat(written.bytes()).isEqualTo(400_000);
            try (Stream<Path> left = Files.list(small.resolve("run"))) {
                assertThat(left).isEmpty();
            }
        }
        assertThat(disk).isEmptyDirectory();
    }

    /** The worker's own code is changed by the function, as a broken worker would behave. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "units.pack = lambda kind, rows, body, directory=0: old(kind, rows + 1, body) | a unit does not hold what it says: rows=5 expected=6",
                "units.pack = lambda kind, rows, body, directory=0: old(0x58, rows, body) | not a unit of arrow data: kind=88",
                "units.pack = lambda kind, rows, body, directory=0: old(kind, rows, body[:-9]) | arrow data is cut",
                "units.pack = lambda kind, rows, body, directory=0: old(kind, rows, body[:200] + bytes(8) + body[208:]) | in results of function=f unit=0 offset=",
                "units.pack = lambda kind, rows, body, directory=0: old(kind, rows, body)[:-100] | results are not whole",
                "units.pack = lambda kind, rows, body, directory=0: bytes([255] * 40) | not a unit of arrow data: kind=-1",
                "units.pack = lambda kind, rows, body, directory=0: b'\\x7f' + old(kind, rows, body)[1:] | refused a length in arrow data",
                "units.pack = lambda kind, rows, body, directory=0: old(units.FILE, rows, (10).to_bytes(8, 'big') + b'../etc', 0) | not the name of a file",
                "units.pack = lambda kind, rows, body, directory=0: old(units.FILE, rows, (10).to_bytes(8, 'big') + b'none', 0) | none",
                "units.pack = lambda kind, rows, body, directory=0: old(kind, rows, body, 9) | directory=9",
            })
    void whatAWorkerGarblesIsAnError(String change, String message) throws IOException {
        ArrowFunction f = arrow.workers().source("""
                from sluice.worker import units
                old = units.pack
                def f(batch):
                    %s
                    return batch
                """.formatted(change), "f", X);
        assertThatThrownBy(() -> ArrowPython.column(f.apply(arrow.numbers(5)))).hasMessageContaining(message);
        arrow.python.pool().clear();
        assertThat(ArrowPython.column(arrow.workers().source(SAME, "same", X).apply(arrow.numbers(2))))
                .hasSize(2);
    }

    @Test
    void aFileThatWasCutIsAnError() throws IOException {
        ArrowFunction f = arrow.workers(FILES).source("""
                import os
                from sluice.worker import arrow
                old = arrow._write_path
                def cut(path, batch):
                    size = old(path, batch)
                    os.truncate(path, size - 1)
                    return size
                def f(batch):
                    arrow._write_path = cut
                    return batch
                """, "f", X);
        assertThatThrownBy(() -> ArrowPython.column(f.apply(arrow.numbers(500))))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("a file of arrow data is cut: file=" + arrow.python.sharedDirectory());
        arrow.python.pool().clear();
    }

    @Test
    void withoutPyarrowTheErrorSaysWhatToInstall() throws IOException {
        Files.writeString(temp.resolve("pyarrow.py"), "raise ImportError('not here')");
        try (ArrowPython without = new ArrowPython(temp)) {
            ArrowFunction same = without.workers().source(SAME, "same", X);
            assertThatThrownBy(() -> ArrowPython.column(same.apply(without.numbers(5))))
                    .hasMessageContaining("arrow functions need pyarrow in the worker; install pyarrow 15.0 or newer");
        } finally {
            Files.delete(temp.resolve("pyarrow.py"));
        }
    }
}
