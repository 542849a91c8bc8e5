// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.math.BigDecimal;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The hash of SQL's {@code hash} function in Spark, so that rows go to the partitions where {@code repartition(n, keys)}
 * puts them there: 32-bit MurmurHash3 over the columns one after the other, a null leaving it as it was, with the last
 * bytes of a text each mixed by itself.
 */
final class RowHash {
    static final int SEED = 42;

    /** Digits of a decimal whose unscaled value is hashed as a long. */
    private static final int LONG_DIGITS = 18;

    private RowHash() {}

    /** Hashes a value on top of what came before it. */
    static int hash(FieldVector vector, int row, int seed) {
        if (vector.isNull(row)) {
            return seed;
        }
        ArrowType type = vector.getField().getType();
        return switch (Values.form(type)) {
            case INT -> ofInt((int) Values.number(vector, row, type), seed);
            case LONG -> ofLong(Values.number(vector, row, type), seed);
            case FLOAT -> ofInt(Float.floatToIntBits((float) Values.real(vector, row) + 0.0f), seed);
            case DOUBLE -> ofLong(Double.doubleToLongBits(Values.real(vector, row) + 0.0), seed);
            case BYTES -> ofBytes(Values.bytes(vector, row), seed);
            case DECIMAL -> ofDecimal(Values.decimal(vector, row), (ArrowType.Decimal) type, seed);
            case NULL -> seed;
            case NESTED -> nested(vector, row, seed);
        };
    }

    private static int nested(FieldVector vector, int row, int seed) {
        int hash = seed;
        if (vector instanceof StructVector struct) {
            for (FieldVector child : struct.getChildrenFromFields()) {
                hash = hash(Values.storage(child), row, hash);
            }
            return hash;
        }
        BaseListVector list = (BaseListVector) vector;
        FieldVector items = Values.storage(vector.getChildrenFromFields().get(0));
        for (long i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
            hash = hash(items, (int) i, hash);
        }
        return hash;
    }

    private static int ofDecimal(BigDecimal value, ArrowType.Decimal type, int seed) {
        return type.getPrecision() <= LONG_DIGITS
                ? ofLong(value.unscaledValue().longValue(), seed)
                : ofBytes(value.unscaledValue().toByteArray(), seed);
    }

    static int ofInt(int value, int seed) {
        return finish(mix(seed, value), Integer.BYTES);
    }

    static int ofLong(long value, int seed) {
        return finish(mix(mix(seed, (int) value), (int) (value >>> 32)), Long.BYTES);
    }

    static int ofBytes(byte[] bytes, int seed) {
        int hash = seed;
        int words = bytes.length / 4 * 4;
        for (int i = 0; i < words; i += 4) {
            int word = (bytes[i] & 0xff)
                    | ((bytes[i + 1] & 0xff) << 8)
                    | ((bytes[i + 2] & 0xff) << 16)
                    | ((bytes[i + 3] & 0xff) << 24);
            hash = mix(hash, word);
        }
        for (int i = words; i < bytes.length; i++) {
            hash = mix(hash, bytes[i]);
        }
        return finish(hash, bytes.length);
    }

    private static int mix(int hash, int word) {
        int scrambled = Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;
        return Integer.rotateLeft(hash ^ scrambled, 13) * 5 + 0xe6546b64;
    }

    private static int finish(int hash, int length) {
        int mixed = hash ^ length;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return mixed ^ (mixed >>> 16);
    }
}
