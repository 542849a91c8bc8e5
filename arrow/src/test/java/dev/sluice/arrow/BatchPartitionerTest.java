// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows go where Spark puts them, or where bounds do, and none is lost or changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BatchPartitionerTest {
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private ArrowPython arrow;

    @BeforeAll
    void open() throws IOException {
        arrow = new ArrowPython(ArrowCases.directory());
    }

    @AfterEach
    void nothingStays() {
        assertThat(arrow.allocator.getAllocatedMemory()).isZero();
    }

    @AfterAll
    void close() {
        arrow.close();
    }

    /** What {@code hash} answers in PySpark 4.3.0. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pa.array([True]) | -559580957",
                "pa.array([-5], pa.int8()) | 1369497261",
                "pa.array([300], pa.int16()) | -2133297984",
                "pa.array([123456789], pa.int32()) | -598405280",
                "pa.array([-1], pa.int32()) | -1604776387",
                "pa.array([1234567890123456789]) | -2017768400",
                "pa.array([1.5], pa.float32()) | -221251528",
                "pa.array([-0.0], pa.float32()) | 933211791",
                "pa.array([1.5]) | 1290763749",
                "pa.array([float('nan')]) | -1281358385",
                "pa.array(['']) | 142593372",
                "pa.array(['a']) | 1485273170",
                "pa.array(['abcd'], pa.large_string()) | -396302900",
                "pa.array(['Straße€']) | -431276600",
                "pa.array([bytes([0, 255, 16])]) | -339173231",
                "pa.array([bytes([0, 255, 16])], pa.binary(3)) | -339173231",
                "pa.array([decimal.Decimal('12.34')], pa.decimal128(5, 2)) | -1028144669",
                "pa.array([decimal.Decimal('-12345678901234567890.12')], pa.decimal128(30, 2)) | 333635401",
                "pa.array([datetime.date(2024, 2, 29)]) | 653915859",
                "pa.array([datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)], pa.timestamp('us')) | 1461217175",
                "pa.array([datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)], pa.timestamp('ns')) | 1461217175",
                "pa.array([[1, None, 3]], pa.list_(pa.int32())) | 1066699649",
                "pa.array([[1, None, 3]], pa.list_(pa.int32(), 3)) | 1066699649",
                "pa.array([{'a': 1, 'b': 'x'}], pa.struct([('a', pa.int32()), ('b', pa.string())])) | -1305545736",
                "pa.array([None], pa.int32()) | 42",
                "pa.array([datetime.timedelta(seconds=1)]) | -1715802514",
            })
    void hashesAreSparks(String array, int expected) throws IOException {
        try (ArrowReader reader = new ArrowCases(arrow).read(array)) {
            assertThat(reader.loadNextBatch()).isTrue();
            FieldVector vector = reader.getVectorSchemaRoot().getVector(0);
            assertThat(RowHash.hash(vector, 0, RowHash.SEED)).isEqualTo(expected);
        }
    }

    private VectorSchemaRoot texts(String... values) {
        VectorSchemaRoot root = VectorSchemaRoot.create(
                ArrowPython.schema(Field.nullable("k", ArrowType.Utf8.INSTANCE)), arrow.allocator);
        for (int i = 0; i < values.length; i++) {
            ((VarCharVector) root.getVector(0)).setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
        }
        root.setRowCount(values.length);
        return root;
    }

    /** {@code repartition(5, "k")} of PySpark 4.3.0, read with {@code glom}. */
    @Test
    void rowsGoWhereSparkPutsThem() {
        try (VectorSchemaRoot root = texts("k0", "k1", "k2", "k3", "k4", "k5", "k6");
                BatchPartitioner five = BatchPartitioner.hash(List.of("k"), 5)) {
            assertThat(five.assign(root)).containsExactly(0, 4, 2, 1, 2, 1, 3);
        }
    }

    Stream<String> types() throws IOException {
        return new ArrowCases(arrow).names();
    }

    @ParameterizedTest
    @MethodSource("types")
    void noRowOfAnyTypeIsLostOrChanged(String type) throws IOException {
        ArrowCases cases = new ArrowCases(arrow);
        try (ArrowReader reader = cases.made(type);
                BatchPartitioner three = BatchPartitioner.hash(List.of("n"), 3)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                int[] places = three.assign(root);
                List<VectorSchemaRoot> parts = three.split(root, arrow.allocator);
                try {
                    int[] next = new int[3];
                    for (int row = 0; row < places.length; row++) {
                        VectorSchemaRoot part = parts.get(places[row]);
                        for (int column = 0; column < 2; column++) {
                            FieldVector vector = part.getVector(column);
                            assertThat(text(vector.getObject(next[places[row]])))
                                    .isEqualTo(text(root.getVector(column).getObject(row)));
                        }
                        next[places[row]]++;
                    }
                    assertThat(parts.stream()
                                    .mapToInt(VectorSchemaRoot::getRowCount)
                                    .toArray())
                            .isEqualTo(next);
                } finally {
                    parts.forEach(VectorSchemaRoot::close);
                }
            }
        }
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
    }

    private VectorSchemaRoot doubles(@Nullable Double... values) {
        VectorSchemaRoot root =
                VectorSchemaRoot.create(ArrowPython.schema(Field.nullable("d", DOUBLE)), arrow.allocator);
        Float8Vector column = (Float8Vector) root.getVector(0);
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                column.setNull(i);
            } else {
                column.setSafe(i, values[i]);
            }
        }
        root.setRowCount(values.length);
        return root;
    }

    @ParameterizedTest
    @CsvSource({"false, false, '0 0 0 1 1 2 2 2 0'", "false, true, '0 0 0 1 1 2 2 2 2'"})
    void rangesHoldTheirBounds(boolean descending, boolean nullsLast, String expected) {
        List<SortKey> keys = List.of(new SortKey("d", descending, nullsLast));
        try (VectorSchemaRoot bounds = doubles(1.0, 5.0);
                BatchPartitioner ranges = BatchPartitioner.range(keys, bounds);
                VectorSchemaRoot rows = doubles(
                        Double.NEGATIVE_INFINITY,
                        -0.0,
                        1.0,
                        1.5,
                        5.0,
                        6.0,
                        Double.POSITIVE_INFINITY,
                        Double.NaN,
                        null)) {
            assertThat(ranges.partitions()).isEqualTo(3);
            assertThat(Arrays.toString(ranges.assign(rows)).replaceAll("[\\[\\],]", ""))
                    .isEqualTo(expected);
        }
    }

    @Test
    void descendingRangesBeginWithTheLargest() {
        List<SortKey> keys = List.of(new SortKey("d", true, true));
        try (VectorSchemaRoot bounds = doubles(5.0, 1.0);
                BatchPartitioner ranges = BatchPartitioner.range(keys, bounds);
                VectorSchemaRoot rows = doubles(9.0, 5.0, 4.0, 1.0, 0.0, null)) {
            assertThat(ranges.assign(rows)).containsExactly(0, 0, 1, 1, 2, 2);
            assertThatThrownBy(() -> BatchPartitioner.range(List.of(SortKey.ascending("d")), bounds))
                    .hasMessageContaining("bounds do not ascend: row=1");
        }
    }

    @Test
    void aSampleGivesEqualRanges() throws IOException {
        List<Long> values = new ArrayList<>();
        for (long i = 0; i < 1000; i++) {
            values.add(i);
        }
        Collections.shuffle(values, new java.util.Random(3));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(ArrowPython.X, arrow.allocator)) {
            for (int i = 0; i < values.size(); i++) {
                ((BigIntVector) root.getVector(0)).setSafe(i, values.get(i));
            }
            root.setRowCount(values.size());
            try (BatchPartitioner four =
                    BatchPartitioner.rangeOf(List.of(SortKey.ascending("x")), List.of(root), 4, arrow.allocator)) {
                int[] counts = new int[4];
                int[] places = four.assign(root);
                for (int i = 0; i < places.length; i++) {
                    counts[places[i]]++;
                    assertThat(places[i]).isEqualTo((int) (values.get(i) / 250));
                }
                assertThat(counts).containsExactly(250, 250, 250, 250);
            }
            root.setRowCount(1);
            try (BatchPartitioner one =
                    BatchPartitioner.rangeOf(List.of(SortKey.ascending("x")), List.of(root), 4, arrow.allocator)) {
                assertThat(one.partitions()).isEqualTo(2);
            }
        }
    }

    @Test
    void keysThatAreNoneAreNamed() {
        try (VectorSchemaRoot root = texts("a")) {
            assertThatThrownBy(() -> BatchPartitioner.hash(List.of("z"), 2).assign(root))
                    .hasMessageContaining("not a column to divide by: column='z'");
            assertThatThrownBy(() -> BatchPartitioner.hash(List.of(), 2)).hasMessageContaining("nothing to divide by");
        }
        Schema unions = ArrowPython.schema(Field.nullable("u", new ArrowType.Utf8View()));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(unions, arrow.allocator)) {
            assertThatThrownBy(() -> BatchPartitioner.hash(List.of("u"), 2).assign(root))
                    .hasMessageContaining("no partition by values of this type: type=Utf8View");
        }
    }
}
