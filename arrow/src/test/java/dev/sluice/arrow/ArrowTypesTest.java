// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type comes from Python and goes back, whole, null, empty, sliced and nested, inline and in files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArrowTypesTest {
    private static final Schema COUNT = ArrowPython.X;

    private ArrowPython arrow;
    private ArrowCases cases;

    @BeforeAll
    void open() throws IOException {
        arrow = new ArrowPython(ArrowCases.directory());
        cases = new ArrowCases(arrow);
    }

    @AfterAll
    void close() {
        arrow.close();
    }

    Stream<String> types() {
        return cases.names();
    }

    @ParameterizedTest
    @MethodSource("types")
    void aTypeComesAndGoes(String type) throws IOException {
        String source = """
                import arrowcases, pyarrow
                def check(batches):
                    yield pyarrow.record_batch({'x': pyarrow.array([arrowcases.compare('%s', list(batches))])})
                """.formatted(type);
        for (ArrowOptions options : List.of(ArrowOptions.DEFAULT, new ArrowOptions(200, 0, 0))) {
            ArrowWorkers workers = arrow.workers(options);
            ArrowFunction check = workers.source(source, "check", COUNT);
            assertThat((Long) ArrowPython.column(check.applyToAll(cases.made(type, workers)))
                            .get(0))
                    .isGreaterThan(9);
        }
        assertThat(arrow.allocator.getAllocatedMemory()).isZero();
    }

    @ParameterizedTest
    @MethodSource("types")
    void javaReadsEveryValue(String type) throws IOException {
        try (ArrowReader reader = cases.made(type)) {
            int batches = 0;
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                FieldVector values = root.getVector(0);
                int nulls = 0;
                for (int i = 0; i < root.getRowCount(); i++) {
                    nulls += values.isNull(i) ? 1 : 0;
                    assertThat(values.getObject(i) == null).isEqualTo(values.isNull(i));
                    assertThat(root.getVector(1).getObject(i)).isEqualTo(i);
                }
                assertThat(values.getNullCount()).isEqualTo(nulls);
                batches++;
            }
            assertThat(batches).isEqualTo(7);
        }
        assertThat(arrow.allocator.getAllocatedMemory()).isZero();
    }

    /** Types that pandas keeps, and integers with nulls, which it would make floats. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bool",
                "int8",
                "int64",
                "uint64",
                "string",
                "large_string",
                "binary",
                "decimal",
                "date32",
                "time_us",
                "timestamp_us",
                "timestamp_ns",
                "timestamp_zone",
                "duration_ns",
                "list",
                "struct",
                "nested",
                "map",
                "dictionary",
                "dictionary8",
                "fixed_list",
                "list_of_lists",
            })
    void aTypeSurvivesPandas(String type) throws IOException {
        String source = """
                import arrowcases, pandas
                def same(frame):
                    assert isinstance(frame, pandas.DataFrame)
                    return frame
                """;
        ArrowWorkers workers = arrow.workers();
        ArrowFunction same = workers.source(source, "same", cases.schema(type)).overPandas();
        ArrowFunction check = workers.source(
                "import arrowcases, pyarrow\ndef check(batches): yield pyarrow.record_batch({'x': pyarrow.array([arrowcases.compare('%s', list(batches))])})"
                        .formatted(type),
                "check",
                COUNT);
        assertThat(ArrowPython.column(check.applyToAll(same.apply(cases.made(type, workers)))))
                .hasSize(1);
    }

    /** As in PySpark: pandas has one value for both. */
    @ParameterizedTest
    @ValueSource(strings = {"float('nan')", "None"})
    void whatIsMissingInPandasIsNull(String value) throws IOException {
        Schema one =
                ArrowPython.schema(Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
        ArrowFunction missing = arrow.workers()
                .source(
                        "import pandas\ndef f(df): return pandas.DataFrame({'x': [%s]}, dtype=float)".formatted(value),
                        "f",
                        one)
                .overPandas();
        assertThat(ArrowPython.column(missing.apply(arrow.numbers(1)))).containsExactly((Object) null);
    }
}
