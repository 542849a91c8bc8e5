// SPDX-License-Identifier: Apache-2.0
package dev.sluice.benchmarks;

import dev.sluice.arrow.ArrowBatches;
import dev.sluice.arrow.ArrowFunction;
import dev.sluice.arrow.ArrowOptions;
import dev.sluice.arrow.ArrowWorkers;
import dev.sluice.core.python.PythonInterpreter;
import dev.sluice.worker.PythonWorkers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Five million rows of a long and a double through one warm worker and back, every result read once. SLUICE_PYTHON names
 * a Python with pyarrow and pandas. The anchor is PySpark's {@code mapInArrow} over as many
 * rows, which benchmarks of frames time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
public class ArrowBenchmark {
    private static final int ROWS = 5_000_000;
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("n", new ArrowType.Int(64, true)),
            Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

    /** Bytes of a batch. */
    @Param({"65536", "1048576", "8388608", "33554432"})
    public long batchBytes;

    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    private @Nullable PythonWorkers python;

    @Setup
    public void open() throws IOException {
        BigIntVector n = (BigIntVector) root.getVector(0);
        Float8Vector x = (Float8Vector) root.getVector(1);
        n.allocateNew(ROWS);
        x.allocateNew(ROWS);
        for (int i = 0; i < ROWS; i++) {
            n.set(i, i);
            x.set(i, i * 0.5);
        }
        root.setRowCount(ROWS);
        python = PythonWorkers.open(
                PythonInterpreter.find(System.getenv()).path(), Map.of(), (pid, stage, partition, piece) -> {});
    }

    private ArrowWorkers workers() {
        return ArrowWorkers.over(
                Objects.requireNonNull(python), allocator, new ArrowOptions(batchBytes, 32 << 10, 64 << 20));
    }

    @TearDown
    public void close() {
        Objects.requireNonNull(python).close();
        root.close();
        allocator.close();
    }

    /** The identity over batches. */
    @Benchmark
    public double mapInArrow() throws IOException {
        return sum(workers().source("def same(batch): return batch", "same", SCHEMA));
    }

    /** An expression over a column of a DataFrame. */
    @Benchmark
    public double mapInPandas() throws IOException {
        String times = "def times(frame):\n    frame['x'] = frame.x * 2 + 1\n    return frame";
        return sum(workers().source(times, "times", SCHEMA).overPandas());
    }

    private double sum(ArrowFunction function) throws IOException {
        double sum = 0;
        try (ArrowReader results =
                function.apply(ArrowBatches.of(SCHEMA, List.of(root).iterator(), allocator))) {
            while (results.loadNextBatch()) {
                Float8Vector x = (Float8Vector) results.getVectorSchemaRoot().getVector(1);
                for (int i = 0; i < x.getValueCount(); i++) {
                    sum += x.get(i);
                }
            }
        }
        return sum;
    }
}
