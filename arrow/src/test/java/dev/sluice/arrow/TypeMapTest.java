// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** The table in docs/arrow.md is what the code does. */
final class TypeMapTest {
    private static Field field(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    private static Field leaf(String label, ArrowType type) {
        return field(label, type);
    }

    private static List<Field> rows() {
        List<Field> rows = new ArrayList<>();
        rows.add(leaf("null", ArrowType.Null.INSTANCE));
        rows.add(leaf("bool", ArrowType.Bool.INSTANCE));
        for (boolean signed : new boolean[] {true, false}) {
            for (int bits : new int[] {8, 16, 32, 64}) {
                rows.add(leaf((signed ? "int" : "uint") + bits, new ArrowType.Int(bits, signed)));
            }
        }
        rows.add(leaf("float16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)));
        rows.add(leaf("float32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
        rows.add(leaf("float64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
        rows.add(leaf("decimal128(12, 2)", new ArrowType.Decimal(12, 2, 128)));
        rows.add(leaf("decimal256(30, 2)", new ArrowType.Decimal(30, 2, 256)));
        rows.add(leaf("string", ArrowType.Utf8.INSTANCE));
        rows.add(leaf("large_string", ArrowType.LargeUtf8.INSTANCE));
        rows.add(leaf("binary", ArrowType.Binary.INSTANCE));
        rows.add(leaf("large_binary", ArrowType.LargeBinary.INSTANCE));
        rows.add(leaf("fixed_size_binary[3]", new ArrowType.FixedSizeBinary(3)));
        rows.add(leaf("date32", new ArrowType.Date(DateUnit.DAY)));
        rows.add(leaf("date64", new ArrowType.Date(DateUnit.MILLISECOND)));
        for (TimeUnit unit : TimeUnit.values()) {
            int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
            rows.add(leaf("time" + bits + "[" + name(unit) + "]", new ArrowType.Time(unit, bits)));
        }
        for (TimeUnit unit : TimeUnit.values()) {
            rows.add(leaf("timestamp[" + name(unit) + "]", new ArrowType.Timestamp(unit, null)));
        }
        for (TimeUnit unit : TimeUnit.values()) {
            rows.add(leaf("timestamp[" + name(unit) + ", tz=UTC]", new ArrowType.Timestamp(unit, "UTC")));
        }
        rows.add(leaf("duration[us]", new ArrowType.Duration(TimeUnit.MICROSECOND)));
        rows.add(leaf("month_day_nano_interval", new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)));
        Field item = leaf("item", new ArrowType.Int(64, true));
        rows.add(field("list<int64>", ArrowType.List.INSTANCE, item));
        rows.add(field("large_list<int64>", ArrowType.LargeList.INSTANCE, item));
        rows.add(field("fixed_size_list<int64>[2]", new ArrowType.FixedSizeList(2), item));
        Field key = Field.notNullable("key", ArrowType.Utf8.INSTANCE);
        Field entries = new Field(
                "entries",
                FieldType.notNullable(ArrowType.Struct.INSTANCE),
                List.of(key, leaf("value", item.getType())));
        rows.add(field("map<string, int64>", new ArrowType.Map(false), entries));
        rows.add(field(
                "struct<a: int64, b: string>",
                ArrowType.Struct.INSTANCE,
                leaf("a", item.getType()),
                leaf("b", ArrowType.Utf8.INSTANCE)));
        return rows;
    }

    private static String name(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "s";
            case MILLISECOND -> "ms";
            case MICROSECOND -> "us";
            case NANOSECOND -> "ns";
        };
    }

    @Test
    void theTableIsWhatTheCodeDoes() throws IOException {
        StringBuilder table =
                new StringBuilder("| Arrow type, as pyarrow writes it | Java vector | PySpark type |\n|---|---|---|\n");
        try (BufferAllocator allocator = new RootAllocator()) {
            for (Field row : rows()) {
                assertThat(SchemaRules.problem(new Schema(List.of(row)))).isNull();
                try (FieldVector vector = row.createVector(allocator)) {
                    table.append("| `")
                            .append(row.getName())
                            .append("` | `")
                            .append(vector.getClass().getSimpleName());
                    table.append("` | `").append(TypeMap.pyspark(row)).append("` |\n");
                }
            }
        }
        Path page = Path.of(System.getProperty("sluice.root", ".."), "docs/arrow.md");
        assertThat(Files.readString(page)).contains(table);
    }

    @Test
    void aSchemaIsWrittenAsPysparkWritesIt() {
        Schema schema = ArrowPython.schema(
                leaf("id", new ArrowType.Int(64, true)),
                field("tags", ArrowType.List.INSTANCE, leaf("x", ArrowType.Utf8.INSTANCE)));
        assertThat(TypeMap.pyspark(schema)).isEqualTo("id bigint, tags array<string>");
    }

    @Test
    void whatPysparkLacksIsNamed() {
        Field wide = field("l", ArrowType.List.INSTANCE, leaf("x", new ArrowType.Decimal(60, 2, 256)));
        assertThatThrownBy(() -> TypeMap.pyspark(wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column='l.element' type=Decimal(60, 2, 256)");
    }
}
