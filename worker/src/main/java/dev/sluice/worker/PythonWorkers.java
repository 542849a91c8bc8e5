// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.SluiceException;
import dev.sluice.core.pickle.PickleCodec;
import dev.sluice.core.python.PythonInterpreter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Warm Python processes for a Java program. Opening one starts Python in the background; closing it ends everything that
 * it started. A worker serves call after call, so modules and connections that functions keep stay warm.
 *
 * <pre>{@code
 * try (PythonWorkers python = PythonWorkers.open()) {
 *     PythonFunction upper = python.source("def upper(text): return text.upper()", "upper");
 *     upper.apply(lines).forEach(System.out::println);
 * }
 * }</pre>
 */
public final class PythonWorkers implements AutoCloseable {
    /** The longest pickle of a batch, in bytes. */
    private static final int MAX_BATCH = 256 << 20;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final RunFiles files;
    private @Nullable RunFiles shared;
    private final WorkerPool pool;
    private final List<String> modulePath;
    private final PickleCodec codec = PickleCodec.bounded(MAX_BATCH);
    private final ExecutorService threads;
    private final Set<StreamRun> runs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger stages = new AtomicInteger();
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private PythonWorkers(RunFiles files, WorkerPool pool, List<String> modulePath) {
        this.files = files;
        this.pool = pool;
        this.modulePath = modulePath;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sluice-python");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens workers of the interpreter that {@link PythonInterpreter#find} chooses.
     *
     * @param modulePath directories with modules of functions, before those that Python knows
     * @return workers to close
     * @throws IOException if no directory or socket can be had
     * @throws SluiceException if there is no interpreter, or it is too old
     */
    public static PythonWorkers open(Path... modulePath) throws IOException {
        Path python = PythonInterpreter.find(System.getenv()).path();
        return open(python, Map.of(), (pid, stage, partition, piece) -> print(piece), modulePath);
    }

    /**
     * Opens workers.
     *
     * @param interpreter the interpreter's executable
     * @param environment variables for the workers, over this process's own
     * @param listener takes what functions print
     * @param modulePath directories with modules of functions, before those that Python knows
     * @return workers to close
     * @throws IOException if no directory or socket can be had
     */
    public static PythonWorkers open(
            Path interpreter, Map<String, String> environment, OutputListener listener, Path... modulePath)
            throws IOException {
        RunFiles files = RunFiles.make(Path.of(System.getProperty("java.io.tmpdir")));
        Path directory = files.directory();
        try {
            Map<String, String> merged = new HashMap<>(System.getenv());
            merged.putAll(environment);
            Path packages = PythonPackage.unpack(PythonPackage.cache(merged), directory);
            PoolOptions options =
                    PoolOptions.of(interpreter.toString(), packages, directory).withEnvironment(environment);
            List<String> path = Stream.of(modulePath)
                    .map(Path::toAbsolutePath)
                    .map(Path::toString)
                    .toList();
            return new PythonWorkers(files, new WorkerPool(options, listener), path);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static void print(ByteBuffer piece) {
        System.out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        System.out.flush();
    }

    /**
     * Names a function of a module. It is imported in the worker at the first call, where a mistake is reported.
     *
     * @param name {@code module:attribute}, where either part may have dots
     * @return the function
     * @throws IllegalArgumentException if the text has no colon
     */
    public PythonFunction function(String name) {
        if (name.indexOf(':') < 1 || name.endsWith(":")) {
            throw new IllegalArgumentException("not the name of a function: name=" + name + "; write module:attribute");
        }
        return make(name, "module", name, null);
    }

    /**
     * Defines a function by its source text, which is run once a worker.
     *
     * @param text Python statements
     * @param name the function that they define
     * @return the function
     */
    public PythonFunction source(String text, String name) {
        return make(name, "source", text, name);
    }

    /**
     * Takes a function that was pickled by cloudpickle; only these need cloudpickle in the worker's Python.
     *
     * @param pickle the bytes
     * @return the function
     */
    public PythonFunction cloudpickle(byte[] pickle) {
        return make("a pickled function", "cloudpickle", pickle.clone(), null);
    }

    private PythonFunction make(String name, String form, Object what, @Nullable String attribute) {
        return new PythonFunction(
                this,
                name,
                stage(FunctionCommand.of("map", form, what, attribute)),
                stage(FunctionCommand.of("mapPartitions", form, what, attribute)));
    }

    private StageSpec stage(Command command) {
        return new StageSpec(stages.getAndIncrement(), List.of(command), List.of(), modulePath, Map.of());
    }

    /**
     * Names steps that a function of ours makes in the worker, for modules with a format of their own.
     *
     * @param module a module that the worker can import
     * @param function its function that returns the steps, as {@code sluice/worker/chain.py} takes them
     * @param arguments what it is called with: texts, numbers, bytes, null
     * @return a stage, for {@link #start}
     */
    public StageSpec steps(String module, String function, @Nullable Object... arguments) {
        return stage(FunctionCommand.call(module, function, arguments));
    }

    /**
     * Runs steps over streams of bytes, which reach the first of them, of kind {@code multi}, as iterators of chunks.
     *
     * @param stage what {@link #steps} returned
     * @param name the function's name, for messages
     * @param inputs the streams, read by a thread of the run as the worker asks for them
     * @return the run, to be closed
     */
    public StreamRun start(StageSpec stage, String name, List<? extends TaskInput> inputs) {
        byte[] description = codec.dumps(new Object[] {"chunks"});
        ByteBuffer tree = ByteBuffer.allocate(4 + inputs.size() * (13 + description.length))
                .put((byte) 'P')
                .putShort((short) 0)
                .put((byte) inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            // T: made of the stream below as the description says.
            tree.put((byte) 'T').putInt(description.length).put(description);
            stream(tree, i);
        }
        StreamRun run = make(stage, name, tree.array(), List.copyOf(inputs));
        launch(run, name);
        return run;
    }

    /** Writes a D node: an input, more to come, nothing yet. */
    private static void stream(ByteBuffer tree, int input) {
        tree.put((byte) 'D').putShort((short) input).put((byte) 0).putInt(0);
    }

    private StreamRun make(StageSpec stage, String name, byte[] tree, List<TaskInput> inputs) {
        return new StreamRun(pool, stage, new TaskSpec(0, 0, attempts.getAndIncrement(), tree, inputs), name);
    }

    private StreamRun make(StageSpec stage, String name, Iterator<?> values) {
        ByteBuffer tree =
                ByteBuffer.allocate(12).put((byte) 'P').putShort((short) 0).put((byte) 1);
        stream(tree, 0);
        return make(stage, name, tree.array(), List.of(new ValueInput(values, codec)));
    }

    private void launch(StreamRun run, String name) {
        runs.add(run);
        try {
            threads.execute(() -> {
                run.run();
                runs.remove(run);
            });
        } catch (RejectedExecutionException e) {
            runs.remove(run);
            throw new SluiceException("python workers are closed: function=" + name, e);
        }
    }

    FunctionRun start(StageSpec stage, String name, Iterator<?> values) {
        StreamRun run = make(stage, name, values);
        launch(run, name);
        return new FunctionRun(run, codec, MAX_BATCH);
    }

    /** As streams do, it takes nothing, and needs no worker, before somebody reads it. */
    Stream<@Nullable Object> stream(StageSpec stage, String name, Stream<?> values) {
        StreamRun run = make(stage, name, values.iterator());
        FunctionRun results = new FunctionRun(run, codec, MAX_BATCH);
        Supplier<Spliterator<@Nullable Object>> items = () -> {
            launch(run, name);
            return Spliterators.spliteratorUnknownSize(results, Spliterator.ORDERED);
        };
        return StreamSupport.stream(items, Spliterator.ORDERED, false)
                .onClose(run::close)
                .onClose(values::close);
    }

    /**
     * Returns the pool beneath, for what this class leaves out: broadcasts, several outputs, process ids.
     *
     * @return the pool, closed with this
     */
    public WorkerPool pool() {
        return pool;
    }

    /**
     * Returns the private directory of this program's workers.
     *
     * @return a directory on disk, as far as {@code java.io.tmpdir} is; deleted with this
     */
    public Path directory() {
        return files.directory();
    }

    /**
     * Returns a private directory in shared memory, for data that workers map.
     *
     * @return a directory in {@code /dev/shm}; {@link #directory()} where there is none or it cannot be written
     */
    public synchronized Path sharedDirectory() {
        if (shared == null && !closed.get()) {
            try {
                shared = RunFiles.make(SHARED_MEMORY);
            } catch (IOException e) {
                shared = files;
            }
        }
        return shared == null ? directory() : shared.directory();
    }

    /** Ends calls that run, all processes, and deletes the run's files. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            threads.shutdown();
            runs.forEach(StreamRun::close);
            pool.close();
            files.close();
            synchronized (this) {
                if (shared != null) {
                    shared.close();
                }
            }
        }
    }
}
