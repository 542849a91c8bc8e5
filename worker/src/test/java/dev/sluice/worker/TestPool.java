// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.pickle.PickleCodec;
import dev.sluice.core.serializer.ClassicReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;

/** A pool of real processes, and tasks for it: the function {@code f} of a source text over some values. */
final class TestPool implements AutoCloseable {
    private static final PickleCodec CODEC = PickleCodec.bounded(64 << 20);

    final WorkerPool pool;
    final Path directory;
    private final AtomicInteger stages = new AtomicInteger();
    private final AtomicLong broadcasts = new AtomicLong();

    /**
     * Starts a pool.
     *
     * @param directory an empty directory
     * @param packages where the Python files may be unpacked, or were by another pool
     * @param change what differs from the default options
     */
    TestPool(Path directory, Path packages, UnaryOperator<PoolOptions> change) throws IOException {
        this.directory = directory;
        Path unpacked = PythonPackage.unpack(packages, packages);
        PoolOptions options = PoolOptions.of(TestPython.interpreter(), unpacked, directory);
        this.pool = new WorkerPool(change.apply(options), (pid, stage, partition, piece) -> {});
    }

    /** Options with other rules of retirement. */
    static PoolOptions limits(PoolOptions from, long maxTasks, long maxGrowth, boolean strict) {
        return new PoolOptions(
                from.python(),
                from.packageDirectory(),
                from.directory(),
                from.environment(),
                from.hashSeed(),
                from.preload(),
                from.reuse(),
                from.idleTimeout(),
                from.startTimeout(),
                maxTasks,
                strict,
                maxGrowth,
                from.spill(),
                from.versions(),
                from.maxFrameLength());
    }

    StageSpec stage(String source, BroadcastFile... files) {
        Command command = FunctionCommand.of("mapPartitions", "source", source, "f");
        return new StageSpec(stages.getAndIncrement(), List.of(command), List.of(files), List.of(), Map.of());
    }

    /** A task over an input that the caller makes. */
    static TaskSpec task(TaskInput input) {
        byte[] tree = {'P', 0, 0, 1, 'D', 0, 0, 0, 0, 0, 0, 0};
        return new TaskSpec(0, 0, 0, tree, List.of(input));
    }

    static TaskSpec task(Object... values) {
        return task(new ValueInput(Arrays.asList(values).iterator(), CODEC));
    }

    /** Runs one task in a worker and gives the worker back. */
    List<Object> call(String source, Object... values) throws IOException {
        return call(stage(source), values);
    }

    List<Object> call(StageSpec stage, Object... values) throws IOException {
        Worker worker = pool.acquire(stage.broadcasts(), stage.path());
        try {
            return run(worker, stage, values);
        } finally {
            pool.release(worker);
        }
    }

    static List<Object> run(Worker worker, StageSpec stage, Object... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TaskReport report = worker.run(stage, task(values), (stream, piece) -> {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.writeBytes(copy);
        });
        if (report instanceof TaskReport.Failed failed) {
            throw new PythonException("f", worker.pid(), failed);
        }
        List<Object> results = new ArrayList<>();
        ClassicReader reader = new ClassicReader(new ByteArrayInputStream(bytes.toByteArray()), 64 << 20);
        for (byte[] frame = reader.nextItem(); frame != null; frame = reader.nextItem()) {
            results.addAll((List<?>) CODEC.loads(Arrays.copyOfRange(frame, 1, frame.length)));
        }
        return results;
    }

    /** The process that runs a task. */
    long pid() throws IOException {
        return (Integer) call("import os\ndef f(values): return [os.getpid()]").get(0);
    }

    /** Writes a broadcast whose value is that of a Python expression, evaluated where it is loaded. */
    BroadcastFile broadcast(String expression, boolean shared) throws IOException {
        byte[] pickle = ("cbuiltins\neval\n(V" + expression + "\ntR.").getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(pickle);
        ByteBuffer file = ByteBuffer.allocate(24 + pickle.length);
        file.put("SLUICEB1".getBytes(StandardCharsets.US_ASCII))
                .putInt((int) crc.getValue())
                .putInt(0)
                .putLong(pickle.length)
                .put(pickle);
        long id = broadcasts.getAndIncrement();
        Path path = Files.write(directory.resolve("broadcast-" + id), file.array());
        return new BroadcastFile(id, path.toString(), file.capacity(), shared);
    }

    /** The source of a function that returns a broadcast's value and its process. */
    static String reading(long broadcast) {
        return "import os\nfrom sluice.broadcast import WorkerBroadcast\ndef f(values): return [WorkerBroadcast("
                + broadcast + ").value, os.getpid()]";
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void awaitGone(long pid) {
        Awaitility.await("process " + pid)
                .pollInterval(java.time.Duration.ofMillis(2))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Override
    public void close() {
        pool.close();
    }
}
