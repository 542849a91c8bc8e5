// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import dev.sluice.worker.PythonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions over batches: what they are given and return, and what becomes of those that fail. */
final class ArrowFunctionTest {
    private static final String DOUBLE = """
            import pyarrow.compute as pc
            def double(batch):
                return batch.set_column(0, "x", pc.multiply(batch.column(0), 2))
            """;
    private static final String SAME = "def same(x): return x";
    private static final Schema X = ArrowPython.X;

    private static ArrowPython arrow;
    private static ArrowWorkers workers;

    @BeforeAll
    static void open() throws IOException {
        arrow = new ArrowPython();
        workers = arrow.workers();
    }

    @AfterEach
    void nothingStays() {
        assertThat(files(arrow.python.sharedDirectory())).isEmpty();
        assertThat(files(arrow.python.directory())).isEmpty();
        assertThat(arrow.allocator.getAllocatedMemory()).isZero();
    }

    @AfterAll
    static void close() {
        arrow.close();
    }

    private static List<String> files(Path directory) {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("arrow-"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Object> numbers(long count, long factor) {
        return LongStream.range(0, count).mapToObj(i -> (Object) (i * factor)).toList();
    }

    /** Everything inline, everything in files, and some of each; the first bound cuts batches too. */
    @ParameterizedTest
    @CsvSource({"8388608, 32768, 67108864", "8388608, 0, 0", "1000, 0, 3000", "1, 100, 100", "4000, 4194304, 0"})
    void valuesTravelEveryWay(long batchBytes, long inlineBytes, long aheadBytes) throws IOException {
        ArrowOptions options = new ArrowOptions(batchBytes, inlineBytes, aheadBytes);
        ArrowFunction twice = arrow.workers(options).source(DOUBLE, "double", X);
        assertThat(ArrowPython.column(twice.apply(arrow.numbers(100, 0, 1, 200))))
                .isEqualTo(numbers(301, 2));
    }

    @Test
    void longBatchesTravelInFilesThatBothSidesMap() throws IOException {
        ArrowWorkers counted = arrow.workers();
        ArrowFunction twice = counted.source(DOUBLE, "double", X);
        assertThat(ArrowPython.column(twice.apply(arrow.numbers(300_000)))).isEqualTo(numbers(300_000, 2));
        CopyCounts copied = counted.copied();
        assertThat(copied.sentInFiles()).isBetween(2_400_000L, 2_500_000L);
        assertThat(copied.takenInFiles()).isBetween(2_400_000L, 2_500_000L);
        assertThat(copied.sentInline() + copied.takenInline()).isZero();
    }

    @Test
    void batchesAreCutAtTheBound() throws IOException {
        ArrowFunction same =
                arrow.workers(new ArrowOptions(80_000, 1000, 1 << 20)).source(SAME, "same", X);
        assertThat(ArrowPython.sizes(same.apply(arrow.numbers(30_000))))
                .hasSizeBetween(4, 8)
                .allSatisfy(rows -> assertThat(rows).isLessThanOrEqualTo(80_000 / 8));
        ArrowFunction all =
                arrow.workers(new ArrowOptions(80_000, 1000, 1 << 20)).source("""
                import pyarrow as pa
                def grow(batches):
                    for batch in batches:
                        yield pa.concat_tables([pa.Table.from_batches([batch])] * 5).combine_chunks().to_batches()[0]
                """, "grow", X);
        assertThat(ArrowPython.sizes(all.applyToAll(arrow.numbers(10_000))))
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(rows -> assertThat(rows).isLessThanOrEqualTo(80_000 / 8));
    }

    @Test
    void framesOfPandasComeAndGo() throws IOException {
        ArrowFunction frames = workers.source("def frames(df):\n    df['x'] += 1\n    return df[['x']]", "frames", X)
                .overPandas();
        assertThat(ArrowPython.column(frames.apply(arrow.numbers(3, 20_000))).subList(0, 3))
                .containsExactly(1L, 2L, 3L);
        ArrowFunction total = workers.source(
                        "import pandas\ndef total(frames):\n    yield pandas.DataFrame({'x': [sum(df.x.sum() for df in frames)]})",
                        "total",
                        X)
                .overPandas();
        assertThat(ArrowPython.column(total.applyToAll(arrow.numbers(10, 10_000))))
                .containsExactly(10_010L * 10_009 / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"batch.column(0)", "batch.column(0).to_numpy()", "batch.to_pandas().x", "batch.to_pydict()['x']"
            })
    void aSingleColumnNeedsNoBatchAroundIt(String result) throws IOException {
        ArrowFunction function = workers.source("def f(batch): return " + result, "f", X);
        assertThat(ArrowPython.column(function.apply(arrow.numbers(3)))).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aGeneratorMayAnswerBeforeItHasReadAll() throws IOException {
        ArrowFunction lazy =
                workers.source("def lazy(batches):\n    yield next(batches)\n    yield next(batches)", "lazy", X);
        assertThat(ArrowPython.column(lazy.applyToAll(arrow.numbers(1, 1, 1, 1))))
                .containsExactly(0L, 1L);
        ArrowFunction none = workers.source("def none(batches): return []", "none", X);
        ArrowReader nothing = none.applyToAll(arrow.numbers(5));
        assertThat(nothing.getVectorSchemaRoot().getSchema()).isEqualTo(X);
        assertThat(ArrowPython.column(nothing)).isEmpty();
    }

    @Test
    void resultsMayBeChangedAndOutliveTheirReader() throws IOException {
        ArrowFunction same =
                arrow.workers(new ArrowOptions(1 << 20, 0, 1 << 20)).source(SAME, "same", X);
        VectorSchemaRoot kept;
        try (ArrowReader reader = same.apply(arrow.numbers(1000))) {
            assertThat(reader.loadNextBatch()).isTrue();
            kept = reader.getVectorSchemaRoot().slice(0);
        }
        try (kept) {
            BigIntVector x = (BigIntVector) kept.getVector(0);
            x.set(7, -7);
            assertThat(x.get(7)).isEqualTo(-7);
            assertThat(x.get(999)).isEqualTo(999);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return batch.slice(1) | another number of rows (function=f, got=4, expected=5)",
                "return pa.table(batch).slice(0, 0) | another number of rows (function=f, got=0, expected=5)",
                "return batch.rename_columns(['y']) | other columns (function=f, got=['y'], expected=['x'])",
                "return pa.record_batch({'x': batch.column(0).cast('double')}) | another type (function=f, column=x, got=double, expected=int64)",
                "return None | no batch (function=f, got=NoneType, expected=a pyarrow.RecordBatch)",
                "return {'x': [1]} | no batch (function=f, got=dict, expected=a pyarrow.RecordBatch)",
                "return ['a'] * 5 | another type (function=f, column=x, got=list, expected=int64, reason=",
                "return batch.to_pandas().assign(y=1) | other columns (function=f, got=['x', 'y'], expected=['x'])",
                "return batch.to_pandas() + 0.5 | another type (function=f, column=x, got=float64, expected=int64, reason=",
                "raise KeyError('gone') | KeyError: 'gone'",
                "next(iter(())) | StopIteration",
            })
    void aWrongResultIsNamed(String body, String message) throws IOException {
        ArrowFunction f = workers.source("import pyarrow as pa\ndef f(batch):\n    " + body, "f", X);
        assertThatThrownBy(() -> ArrowPython.column(f.apply(arrow.numbers(5))))
                .isInstanceOf(PythonException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("function=f");
        assertThat(ArrowPython.column(workers.source(SAME, "same", X).apply(arrow.numbers(2))))
                .hasSize(2);
    }

    @Test
    void aResultThatIsNoIterableIsNamed() throws IOException {
        ArrowFunction f = workers.source("def f(batches): return 5", "f", X);
        assertThatThrownBy(() -> ArrowPython.column(f.applyToAll(arrow.numbers(5))))
                .hasMessageContaining("a function returned no iterable of batches (function=f, got=int)");
    }

    @Test
    void nullsWhereNoneWerePromisedAreRefused() throws IOException {
        Schema strict = ArrowPython.schema(Field.notNullable("x", ArrowPython.LONG));
        ArrowFunction f = workers.source(
                "import pyarrow as pa\ndef f(batch): return pa.record_batch({'x': pa.array([None, 1])})", "f", strict);
        assertThatThrownBy(() -> ArrowPython.column(f.apply(arrow.numbers(2))))
                .hasMessageContaining("nulls in a column that has none: column='x'");
    }

    @Test
    void aTypeThatDoesNotCrossIsNamedBeforeAnyWork() {
        Field inner = Field.nullable("odd", new ArrowType.Utf8View());
        Schema odd = ArrowPython.schema(new Field(
                "s", org.apache.arrow.vector.types.pojo.FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(inner)));
        assertThatThrownBy(() -> workers.source(SAME, "same", odd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column='s.odd' type=Utf8View");
        try (VectorSchemaRoot root = VectorSchemaRoot.create(odd, arrow.allocator);
                ArrowReader batches = ArrowBatches.of(odd, List.of(root).iterator(), arrow.allocator)) {
            ArrowFunction same = workers.source(SAME, "same", X);
            assertThatThrownBy(() -> same.apply(batches)).hasMessageContaining("column='s.odd' type=Utf8View");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWorkerWaitsForWhoeverReadsIt() throws Exception {
        ArrowFunction endless = arrow.workers(new ArrowOptions(1 << 20, 0, 400_000))
                .source("def endless(batches):\n    batch = next(batches)\n    while True: yield batch", "endless", X);
        try (ArrowReader reader = endless.applyToAll(arrow.numbers(10_000))) {
            assertThat(reader.loadNextBatch()).isTrue();
            Thread.sleep(300);
            Path shared = arrow.python.sharedDirectory();
            try (Stream<Path> all = Files.walk(shared)) {
                long bytes = all.filter(Files::isRegularFile)
                        .mapToLong(path -> path.toFile().length())
                        .sum();
                assertThat(bytes).isBetween(80_000L, 500_000L);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(reader.loadNextBatch()).isTrue();
            }
        }
    }

    @Test
    void anInputThatFailsIsTheCause() throws IOException {
        ArrowFunction same = workers.source(SAME, "same", X);
        VectorSchemaRoot root =
                VectorSchemaRoot.create(ArrowPython.schema(Field.nullable("z", ArrowPython.LONG)), arrow.allocator);
        try (root) {
            ArrowReader wrong = ArrowBatches.of(X, List.of(root).iterator(), arrow.allocator);
            assertThatThrownBy(() -> ArrowPython.column(same.apply(wrong)))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("a batch has another schema")
                    .hasMessageContaining("function=same");
        }
    }

    @Test
    void brokenVectorsAreRefusedBeforeTheyTravel() throws IOException {
        Schema texts = ArrowPython.schema(Field.nullable("s", ArrowType.Utf8.INSTANCE));
        ArrowFunction same = workers.source(SAME, "same", texts);
        try (VectorSchemaRoot root = VectorSchemaRoot.create(texts, arrow.allocator)) {
            VarCharVector text = (VarCharVector) root.getVector(0);
            text.allocateNew(2);
            text.set(0, new byte[] {97, 98, 99});
            text.set(1, new byte[] {97});
            root.setRowCount(2);
            text.getOffsetBuffer().setInt(4, 1 << 30);
            ArrowReader broken = ArrowBatches.of(texts, List.of(root).iterator(), arrow.allocator);
            assertThatThrownBy(() -> ArrowPython.column(same.apply(broken)))
                    .isInstanceOf(SluiceException.class)
                    .hasMessageContaining("offsets do not ascend: column='s' row=1 offset=4 before=1073741824");
        }
        assertThat(ArrowPython.column(workers.source(SAME, "same", X).apply(arrow.numbers(2))))
                .hasSize(2);
    }
}
