// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.worker.PythonWorkers;
import dev.sluice.worker.StageSpec;
import dev.sluice.worker.StreamRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Python functions over Arrow data of a Java program, in warm processes. Batches cross in shared memory: each side maps
 * what the other wrote.
 *
 * <pre>{@code
 * try (BufferAllocator allocator = new RootAllocator();
 *         ArrowWorkers python = ArrowWorkers.open(allocator)) {
 *     ArrowFunction half = python.source("def half(batch): ...", "half", schema);
 *     try (ArrowReader results = half.apply(batches)) {
 *         while (results.loadNextBatch()) {
 *             use(results.getVectorSchemaRoot());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Schemas of results have the type of the values where a column has a dictionary, and ids that differ.
 */
public final class ArrowWorkers implements AutoCloseable {
    private final PythonWorkers python;
    private final boolean owned;
    private final List<Path> directories;
    private final BufferAllocator allocator;
    private final ArrowOptions options;
    private final Copies copies = new Copies();
    private final AtomicLong runs = new AtomicLong();
    /** Tells apart what several of these do with the same workers. */
    private final String prefix = "arrow-" + Integer.toHexString(System.identityHashCode(this)) + "-";

    /**
     * Makes what makes functions.
     *
     * @param owned whether {@link #close} closes the workers
     * @param directories private directories for files, the preferred one first
     */
    ArrowWorkers(
            PythonWorkers python,
            boolean owned,
            List<Path> directories,
            BufferAllocator allocator,
            ArrowOptions options) {
        this.python = python;
        this.owned = owned;
        this.directories = directories;
        this.allocator = allocator;
        this.options = options;
    }

    /**
     * Opens workers, as {@link PythonWorkers#open(Path...)} does.
     *
     * @param allocator accounts for results
     * @param modulePath directories with modules of functions, before those that Python knows
     * @return workers to close
     * @throws IOException if no directory or socket can be had
     */
    public static ArrowWorkers open(BufferAllocator allocator, Path... modulePath) throws IOException {
        PythonWorkers python = PythonWorkers.open(modulePath);
        return new ArrowWorkers(python, true, directories(python), allocator, ArrowOptions.DEFAULT);
    }

    /**
     * Uses workers that also do other work.
     *
     * @param python the workers; they stay open when this is closed
     * @param allocator accounts for results
     * @param options how much travels at once
     * @return what makes functions
     */
    public static ArrowWorkers over(PythonWorkers python, BufferAllocator allocator, ArrowOptions options) {
        return new ArrowWorkers(python, false, directories(python), allocator, options);
    }

    private static List<Path> directories(PythonWorkers python) {
        return Stream.of(python.sharedDirectory(), python.directory())
                .distinct()
                .toList();
    }

    /**
     * Names a function of a module. It is imported in the worker at the first call, where a mistake is reported.
     *
     * @param name {@code module:attribute}, where either part may have dots
     * @param result what it returns
     * @return the function
     * @throws IllegalArgumentException if the text has no colon, or if a column's type does not cross
     */
    public ArrowFunction function(String name, Schema result) {
        if (name.indexOf(':') < 1 || name.endsWith(":")) {
            throw new IllegalArgumentException("not the name of a function: name=" + name + "; write module:attribute");
        }
        return make(name, "module", name, null, result);
    }

    /**
     * Defines a function by its source text, which is run once a worker.
     *
     * @param text Python statements
     * @param name the function that they define
     * @param result what it returns
     * @return the function
     * @throws IllegalArgumentException if a column's type does not cross
     */
    public ArrowFunction source(String text, String name, Schema result) {
        return make(name, "source", text, name, result);
    }

    /**
     * Takes a function that was pickled by cloudpickle; only these need cloudpickle in the worker's Python.
     *
     * @param pickle the bytes
     * @param result what it returns
     * @return the function
     * @throws IllegalArgumentException if a column's type does not cross
     */
    public ArrowFunction cloudpickle(byte[] pickle, Schema result) {
        return make("a pickled function", "cloudpickle", pickle.clone(), null, result);
    }

    private ArrowFunction make(String label, String form, Object what, @Nullable String name, Schema result) {
        SchemaRules.require(result);
        distinct(result.getFields(), new HashSet<>());
        byte[] schema = result.serializeAsMessage();
        ArrowFunction.Spec spec = (each, pandas) ->
                python.steps("sluice.worker.arrow", "steps", form, what, name, label, each, pandas, schema);
        return new ArrowFunction(this, label, result, spec, false);
    }

    private static void distinct(List<Field> fields, Set<Long> ids) {
        for (Field field : fields) {
            if (field.getDictionary() != null && !ids.add(field.getDictionary().getId())) {
                throw new IllegalArgumentException("two columns of a result have one dictionary: column="
                        + field.getName() + " id=" + field.getDictionary().getId());
            }
            distinct(field.getChildren(), ids);
        }
    }

    ArrowReader start(StageSpec stage, String name, Schema result, ArrowReader batches) throws IOException {
        // Before any work: what does not cross is named here, not by a worker.
        IpcWriter writer = new IpcWriter(batches.getVectorSchemaRoot().getSchema(), batches);
        TransferFiles files = new TransferFiles(directories, prefix + runs.getAndIncrement());
        BatchInput input = new BatchInput(batches, writer, files, options, copies);
        CreditInput credit = new CreditInput();
        BatchReader.Source source;
        try {
            StreamRun run = python.start(stage, name, List.of(input, credit));
            source = new ResultSource(name, run, input, credit, files, allocator, copies);
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
        return new BatchReader(source, result, allocator);
    }

    /**
     * Returns how much has crossed.
     *
     * @return bytes since this was opened
     */
    public CopyCounts copied() {
        return copies.counts();
    }

    /** Ends calls that run, and the workers if this opened them. Idempotent. */
    @Override
    public void close() {
        if (owned) {
            python.close();
        }
    }
}
