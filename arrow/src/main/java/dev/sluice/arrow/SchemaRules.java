// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.Messages;
import java.util.List;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Which types cross, with which parameters and children. What is not here is refused before any work. */
final class SchemaRules {
    /** As deep as Arrow's C++ library reads. */
    static final int MAX_DEPTH = 64;

    private SchemaRules() {}

    /**
     * Refuses a schema of the caller's.
     *
     * @param schema the schema, with value types where columns have dictionaries
     * @throws IllegalArgumentException naming column and type, if one does not cross
     */
    static void require(Schema schema) {
        String problem = problem(schema);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** Returns what is wrong with a schema, or null. */
    static @Nullable String problem(Schema schema) {
        for (Field field : schema.getFields()) {
            String problem = problem(field, name(field), 1);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    static String name(Field field) {
        return field.getName() == null ? "" : field.getName();
    }

    private static @Nullable String problem(Field field, String path, int depth) {
        String why = depth > MAX_DEPTH ? "nested deeper than " + MAX_DEPTH : own(field);
        if (why != null) {
            return "type does not cross: column=" + Messages.quote(path) + " type=" + field.getType() + ": " + why;
        }
        for (Field child : field.getChildren()) {
            String problem = problem(child, path + "." + name(child), depth + 1);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String own(Field field) {
        ArrowType type = storage(field.getType());
        if (field.getDictionary() != null
                && field.getDictionary().getIndexType().getBitWidth() > Long.SIZE) {
            return "its dictionary has no index type";
        }
        return switch (type.getTypeID()) {
            case Null, Bool, Utf8, LargeUtf8, Binary, LargeBinary, FloatingPoint, Date, Timestamp, Duration ->
                leaf(field);
            case Int ->
                switch (((ArrowType.Int) type).getBitWidth()) {
                    case 8, 16, 32, 64 -> leaf(field);
                    default -> "no such width";
                };
            // pyarrow has no classes for the two others.
            case Interval ->
                ((ArrowType.Interval) type).getUnit() == IntervalUnit.MONTH_DAY_NANO
                        ? leaf(field)
                        : "pyarrow has no such type; use a duration or an interval of months, days and nanoseconds";
            case Decimal -> decimal((ArrowType.Decimal) type, field);
            case Time -> time((ArrowType.Time) type, field);
            case FixedSizeBinary ->
                ((ArrowType.FixedSizeBinary) type).getByteWidth() < 1 ? "its width must be positive" : leaf(field);
            case Struct -> null;
            case List, LargeList -> children(field, 1);
            case FixedSizeList ->
                ((ArrowType.FixedSizeList) type).getListSize() < 0 ? "its size is negative" : children(field, 1);
            case Map -> map(field);
            default -> "it is not supported; cast it to another type";
        };
    }

    /** Returns the type that data has; an extension is a name for it. */
    static ArrowType storage(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    private static @Nullable String leaf(Field field) {
        return children(field, 0);
    }

    private static @Nullable String children(Field field, int expected) {
        int got = field.getChildren().size();
        return got == expected ? null : "it has " + got + " children and not " + expected;
    }

    private static @Nullable String decimal(ArrowType.Decimal type, Field field) {
        int digits = switch (type.getBitWidth()) {
            case 128 -> 38;
            case 256 -> 76;
            default -> 0;
        };
        boolean fits = type.getPrecision() >= 1 && type.getPrecision() <= digits;
        return fits ? leaf(field) : "its precision does not fit its width";
    }

    private static @Nullable String time(ArrowType.Time type, Field field) {
        int width = switch (type.getUnit()) {
            case SECOND, MILLISECOND -> 32;
            case MICROSECOND, NANOSECOND -> 64;
        };
        return type.getBitWidth() == width ? leaf(field) : "its width does not fit its unit";
    }

    private static @Nullable String map(Field field) {
        String problem = children(field, 1);
        if (problem != null) {
            return problem;
        }
        Field entries = field.getChildren().get(0);
        List<Field> pair = entries.getChildren();
        boolean sound =
                entries.getType() instanceof ArrowType.Struct && entries.getDictionary() == null && pair.size() == 2;
        return sound ? null : "its entries are not pairs";
    }
}
