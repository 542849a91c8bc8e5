// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.Messages;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow's types as frames of Python programs name them; {@code docs/arrow.md} has the table. */
public final class TypeMap {
    private TypeMap() {}

    /**
     * Returns a schema as PySpark writes it.
     *
     * @param schema a schema, with value types where columns have dictionaries
     * @return such as {@code id bigint, tags array<string>}
     * @throws IllegalArgumentException naming column and type, if PySpark has none for it
     */
    public static String pyspark(Schema schema) {
        return schema.getFields().stream()
                .map(field -> SchemaRules.name(field) + " " + pyspark(field))
                .collect(Collectors.joining(", "));
    }

    /**
     * Returns a column's type as PySpark writes it: the next larger one where it has none of this size.
     *
     * @param column a column, with the type of its values where it has a dictionary
     * @return such as {@code array<string>}
     * @throws IllegalArgumentException naming column and type, if PySpark has none for it
     */
    public static String pyspark(Field column) {
        return name(column, SchemaRules.name(column));
    }

    private static String name(Field field, String path) {
        ArrowType type = SchemaRules.storage(field.getType());
        List<Field> children = field.getChildren();
        return switch (type.getTypeID()) {
            case Null -> "void";
            case Bool -> "boolean";
            case Int -> integer((ArrowType.Int) type);
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF, SINGLE -> "float";
                    case DOUBLE -> "double";
                };
            case Decimal -> decimal((ArrowType.Decimal) type, path);
            case Utf8, LargeUtf8 -> "string";
            case Binary, LargeBinary, FixedSizeBinary -> "binary";
            case Date -> "date";
            case Time -> "time(6)";
            case Timestamp -> ((ArrowType.Timestamp) type).getTimezone() == null ? "timestamp_ntz" : "timestamp";
            case Duration -> "interval day to second";
            case Interval -> "interval";
            case List, LargeList, FixedSizeList -> "array<" + name(children.get(0), path + ".element") + ">";
            case Map -> {
                List<Field> pair = children.get(0).getChildren();
                yield "map<" + name(pair.get(0), path + ".key") + "," + name(pair.get(1), path + ".value") + ">";
            }
            case Struct ->
                children.stream()
                        .map(child -> SchemaRules.name(child) + ":" + name(child, path + "." + SchemaRules.name(child)))
                        .collect(Collectors.joining(",", "struct<", ">"));
            default -> throw unknown(path, type);
        };
    }

    private static String integer(ArrowType.Int type) {
        // An unsigned one needs a bit more.
        return switch (type.getBitWidth() + (type.getIsSigned() ? 0 : 1)) {
            case 8 -> "tinyint";
            case 9, 16 -> "smallint";
            case 17, 32 -> "int";
            case 33, 64 -> "bigint";
            default -> "decimal(20,0)";
        };
    }

    private static String decimal(ArrowType.Decimal type, String path) {
        if (type.getPrecision() > 38 || type.getScale() < 0 || type.getScale() > type.getPrecision()) {
            throw unknown(path, type);
        }
        return "decimal(" + type.getPrecision() + "," + type.getScale() + ")";
    }

    private static IllegalArgumentException unknown(String path, ArrowType type) {
        return new IllegalArgumentException(
                "PySpark has no such type: column=" + Messages.quote(path) + " type=" + type);
    }
}
