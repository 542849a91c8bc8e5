// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.worker.PythonWorkers;
import dev.sluice.worker.TestPython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Workers that have pyarrow and pandas, with all memory accounted for when they are closed. */
final class ArrowPython implements AutoCloseable {
    static final ArrowType LONG = new ArrowType.Int(64, true);
    static final Schema X = new Schema(List.of(Field.nullable("x", LONG)));

    final BufferAllocator allocator = new RootAllocator(1L << 30);
    final PythonWorkers python;

    ArrowPython(Path... modulePath) throws IOException {
        python = PythonWorkers.open(Path.of(interpreter()), Map.of(), (pid, stage, partition, piece) -> {}, modulePath);
    }

    /** The interpreter that is named, else the one that the build makes for the tests of Python. */
    static String interpreter() {
        String named = TestPython.interpreter();
        Path built = TestPython.packageDirectory().resolve("target/venv/bin/python");
        return named.equals("python3") && Files.isExecutable(built) ? built.toString() : named;
    }

    ArrowWorkers workers(ArrowOptions options) {
        return ArrowWorkers.over(python, allocator, options);
    }

    ArrowWorkers workers() {
        return workers(ArrowOptions.DEFAULT);
    }

    /** A column x of 0, 1, 2 and so on, cut into batches. */
    ArrowReader numbers(int... rows) {
        List<VectorSchemaRoot> roots = new ArrayList<>();
        long next = 0;
        for (int count : rows) {
            VectorSchemaRoot root = VectorSchemaRoot.create(X, allocator);
            BigIntVector x = (BigIntVector) root.getVector(0);
            x.allocateNew(count);
            for (int i = 0; i < count; i++) {
                x.set(i, next++);
            }
            root.setRowCount(count);
            roots.add(root);
        }
        return new Owned(ArrowBatches.of(X, roots.iterator(), allocator), roots);
    }

    /** Reads the first column to the end and closes. */
    static List<Object> column(ArrowReader reader) throws IOException {
        List<Object> values = new ArrayList<>();
        try (reader) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                for (int i = 0; i < root.getRowCount(); i++) {
                    values.add(root.getVector(0).getObject(i));
                }
            }
        }
        return values;
    }

    /** The rows of each batch. */
    static List<Integer> sizes(ArrowReader reader) throws IOException {
        List<Integer> sizes = new ArrayList<>();
        try (reader) {
            while (reader.loadNextBatch()) {
                sizes.add(reader.getVectorSchemaRoot().getRowCount());
            }
        }
        return sizes;
    }

    static Schema schema(Field... fields) {
        return new Schema(Arrays.asList(fields));
    }

    @Override
    public void close() {
        python.close();
        // Fails if anything is left.
        allocator.close();
    }

    /** A reader that closes the roots that it reads. */
    private static final class Owned extends ArrowReader {
        private final ArrowReader reader;
        private final List<VectorSchemaRoot> roots;

        Owned(ArrowReader reader, List<VectorSchemaRoot> roots) {
            super(null);
            this.reader = reader;
            this.roots = roots;
        }

        @Override
        public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
            return reader.getVectorSchemaRoot();
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            return reader.loadNextBatch();
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() throws IOException {
            reader.close();
            roots.forEach(VectorSchemaRoot::close);
        }

        @Override
        protected void closeReadSource() {}

        @Override
        protected Schema readSchema() {
            return X;
        }
    }
}
