// SPDX-License-Identifier: Apache-2.0
package dev.sluice.examples;

import dev.sluice.arrow.ArrowBatches;
import dev.sluice.arrow.ArrowFunction;
import dev.sluice.arrow.ArrowWorkers;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Runs a function over pandas DataFrames on columns of a Java program. */
public final class ArrowFromJava {
    private static final Field CELSIUS =
            Field.nullable("celsius", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    private static final Field CLASS = Field.nullable("class", ArrowType.Utf8.INSTANCE);

    private static final String CLASSES = """
            import pandas

            def classes(frame):
                edges = [-100, 0, 20, 100]
                names = pandas.cut(frame.celsius, edges, labels=["frost", "mild", "warm"])
                return frame.assign(**{"class": names.astype("str")})
            """;

    private ArrowFromJava() {}

    public static void main(String[] readings) throws IOException {
        Schema given = new Schema(List.of(CELSIUS));
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot batch = VectorSchemaRoot.create(given, allocator);
                ArrowWorkers python = ArrowWorkers.open(allocator)) {
            for (int i = 0; i < readings.length; i++) {
                ((Float8Vector) batch.getVector(0)).setSafe(i, Double.parseDouble(readings[i]));
            }
            batch.setRowCount(readings.length);
            ArrowFunction classes = python.source(CLASSES, "classes", new Schema(List.of(CELSIUS, CLASS)))
                    .overPandas();
            try (ArrowReader results =
                    classes.apply(ArrowBatches.of(given, List.of(batch).iterator(), allocator))) {
                while (results.loadNextBatch()) {
                    System.out.print(results.getVectorSchemaRoot().contentToTSVString());
                }
            }
        }
    }
}
