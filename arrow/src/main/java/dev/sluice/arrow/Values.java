// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Single values of vectors in the forms that hashes and orders are made of. */
final class Values {
    private static final long DAY_MILLIS = 86_400_000;

    private Values() {}

    /** How a type's values are told apart. */
    enum Form {
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        BYTES,
        DECIMAL,
        NESTED,
        NULL
    }

    /** Returns the form of a type; a map has none, nor an interval of months, days and nanoseconds. */
    static Form form(ArrowType type) {
        return switch (type.getTypeID()) {
            case Bool, Date -> Form.INT;
            case Int -> {
                ArrowType.Int number = (ArrowType.Int) type;
                yield number.getBitWidth() + (number.getIsSigned() ? 0 : 1) <= Integer.SIZE ? Form.INT : Form.LONG;
            }
            case Time, Timestamp, Duration -> Form.LONG;
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF, SINGLE -> Form.FLOAT;
                    case DOUBLE -> Form.DOUBLE;
                };
            case Utf8, LargeUtf8, Binary, LargeBinary, FixedSizeBinary -> Form.BYTES;
            case Decimal -> Form.DECIMAL;
            case Null -> Form.NULL;
            case Struct, List, LargeList, FixedSizeList -> Form.NESTED;
            default -> throw new IllegalArgumentException("no partition by values of this type: type=" + type);
        };
    }

    /** Returns the vector that has the data. */
    static FieldVector storage(FieldVector vector) {
        return vector instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : vector;
    }

    /** Returns a value of form INT or LONG: times in microseconds, those of a day in nanoseconds, dates in days. */
    static long number(FieldVector vector, int row, ArrowType type) {
        ArrowBuf data = vector.getDataBuffer();
        return switch (type.getTypeID()) {
            case Bool -> (data.getByte(row / 8) >> (row % 8)) & 1;
            case Date ->
                ((ArrowType.Date) type).getUnit() == DateUnit.DAY
                        ? data.getInt(row * 4L)
                        : Math.floorDiv(data.getLong(row * 8L), DAY_MILLIS);
            case Int -> integer(data, row, (ArrowType.Int) type);
            case Time ->
                nanos(
                        ((ArrowType.Time) type).getBitWidth() == Integer.SIZE
                                ? data.getInt(row * 4L)
                                : data.getLong(row * 8L),
                        ((ArrowType.Time) type).getUnit());
            case Timestamp -> micros(data.getLong(row * 8L), ((ArrowType.Timestamp) type).getUnit());
            case Duration -> micros(data.getLong(row * 8L), ((ArrowType.Duration) type).getUnit());
            default -> throw new IllegalStateException("not a number: type=" + type);
        };
    }

    private static long integer(ArrowBuf data, long row, ArrowType.Int type) {
        boolean signed = type.getIsSigned();
        return switch (type.getBitWidth()) {
            case 8 -> signed ? data.getByte(row) : data.getByte(row) & 0xff;
            case 16 -> signed ? data.getShort(row * 2) : data.getShort(row * 2) & 0xffff;
            case 32 -> signed ? data.getInt(row * 4) : Integer.toUnsignedLong(data.getInt(row * 4));
            default -> data.getLong(row * 8);
        };
    }

    private static long nanos(long value, TimeUnit unit) {
        return switch (unit) {
            case SECOND -> value * 1_000_000_000;
            case MILLISECOND -> value * 1_000_000;
            case MICROSECOND -> value * 1_000;
            case NANOSECOND -> value;
        };
    }

    private static long micros(long value, TimeUnit unit) {
        return switch (unit) {
            case SECOND -> value * 1_000_000;
            case MILLISECOND -> value * 1_000;
            case MICROSECOND -> value;
            case NANOSECOND -> Math.floorDiv(value, 1_000);
        };
    }

    /** Returns a value of form FLOAT or DOUBLE. */
    static double real(ValueVector vector, int row) {
        if (vector instanceof Float8Vector doubles) {
            return doubles.get(row);
        }
        return vector instanceof Float4Vector floats ? floats.get(row) : ((Float2Vector) vector).getValueAsFloat(row);
    }

    /** Returns a value of form BYTES. */
    static byte[] bytes(FieldVector vector, int row) {
        if (vector instanceof VariableWidthFieldVector texts) {
            return texts.get(row);
        }
        int width = ((BaseFixedWidthVector) vector).getTypeWidth();
        byte[] bytes = new byte[width];
        vector.getDataBuffer().getBytes((long) row * width, bytes);
        return bytes;
    }

    /** Compares two values of one type that are not null; NaN comes last, and bytes are unsigned. */
    static int compare(FieldVector left, int leftRow, FieldVector right, int rightRow, ArrowType type) {
        return switch (form(type)) {
            case INT, LONG -> {
                long one = number(left, leftRow, type);
                long other = number(right, rightRow, type);
                boolean unsigned = type instanceof ArrowType.Int number && !number.getIsSigned();
                yield unsigned ? Long.compareUnsigned(one, other) : finer(left, leftRow, right, rightRow, one, other);
            }
            // Adding zero makes one of the two zeros.
            case FLOAT, DOUBLE -> Double.compare(real(left, leftRow) + 0.0, real(right, rightRow) + 0.0);
            case BYTES -> Arrays.compareUnsigned(bytes(left, leftRow), bytes(right, rightRow));
            case DECIMAL -> decimal(left, leftRow).compareTo(decimal(right, rightRow));
            case NULL -> 0;
            case NESTED -> throw new IllegalArgumentException("nested values have no order: type=" + type);
        };
    }

    /** What is equal in microseconds may differ in the nanoseconds that a vector holds. */
    private static int finer(FieldVector left, int leftRow, FieldVector right, int rightRow, long one, long other) {
        if (one != other || left.getMinorType() != right.getMinorType()) {
            return Long.compare(one, other);
        }
        return switch (left.getMinorType()) {
            case TIMESTAMPNANO, TIMESTAMPNANOTZ, DURATION, DATEMILLI ->
                Long.compare(
                        left.getDataBuffer().getLong(leftRow * 8L),
                        right.getDataBuffer().getLong(rightRow * 8L));
            default -> 0;
        };
    }

    static BigDecimal decimal(FieldVector vector, int row) {
        return (BigDecimal) java.util.Objects.requireNonNull(vector.getObject(row));
    }
}
