// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What the contents of single buffers must hold so that nothing that reads a vector leaves its memory. */
final class BufferCheck {
    private BufferCheck() {}

    /** Compares the bits that say which values there are with the count of nulls that was told. */
    static void validity(ArrowBuf bits, long length, long nulls, String column) {
        if (bits.readableBytes() == 0) {
            if (nulls != 0) {
                throw new CorruptDataException("no validity bits: column=" + column + " nulls=" + nulls);
            }
            return;
        }
        atLeast(bits, (length + 7) / 8, "validity bits", column);
        long set = 0;
        long at = bits.readerIndex();
        long words = length / Long.SIZE;
        for (long i = 0; i < words; i++, at += Long.BYTES) {
            set += Long.bitCount(bits.getLong(at));
        }
        for (long i = words * Long.SIZE; i < length; i++) {
            set += bit(bits, i);
        }
        if (length - set != nulls) {
            throw new CorruptDataException(
                    "validity bits do not fit: column=" + column + " nulls=" + (length - set) + " expected=" + nulls);
        }
    }

    private static int bit(ArrowBuf bits, long index) {
        return (bits.getByte(bits.readerIndex() + index / 8) >> (index % 8)) & 1;
    }

    static void atLeast(ArrowBuf buffer, long bytes, String what, String column) {
        // A vector may say that it has written more than it has.
        if (Math.min(buffer.readableBytes(), buffer.capacity() - buffer.readerIndex()) < bytes) {
            throw new CorruptDataException(
                    what + " are cut: column=" + column + " bytes=" + buffer.readableBytes() + " needed=" + bytes);
        }
    }

    /**
     * Checks that offsets ascend from zero or more to no more than a limit.
     *
     * @param width bytes of an offset: 4 or 8
     */
    static void offsets(ArrowBuf offsets, int width, long length, long limit, String column) {
        if (length == 0 && offsets.readableBytes() == 0) {
            return;
        }
        atLeast(offsets, Math.multiplyExact(length + 1, (long) width), "offsets", column);
        long base = offsets.readerIndex();
        long last = 0;
        for (long i = 0; i <= length; i++) {
            long offset = width == Integer.BYTES
                    ? offsets.getInt(base + i * Integer.BYTES)
                    : offsets.getLong(base + i * Long.BYTES);
            if (offset < last) {
                throw new CorruptDataException("offsets do not ascend: column=" + column + " row=" + (i - 1)
                        + " offset=" + offset + " before=" + last);
            }
            last = offset;
        }
        if (last > limit) {
            throw new CorruptDataException(
                    "offsets lead out of the data: column=" + column + " offset=" + last + " limit=" + limit);
        }
    }

    /** Checks that the index of every value that is not null is inside its dictionary. */
    static void indices(ArrowBuf validity, ArrowBuf values, ArrowType.Int type, long length, long size, String column) {
        int width = type.getBitWidth() / 8;
        boolean all = validity.readableBytes() == 0;
        for (long i = 0; i < length; i++) {
            if (!all && bit(validity, i) == 0) {
                continue;
            }
            long index = index(values, values.readerIndex() + i * width, type);
            if (index < 0 || index >= size) {
                throw new CorruptDataException("an index leads out of its dictionary: column=" + column + " row=" + i
                        + " index=" + index + " size=" + size);
            }
        }
    }

    private static long index(ArrowBuf values, long at, ArrowType.Int type) {
        boolean signed = type.getIsSigned();
        return switch (type.getBitWidth()) {
            case 8 -> signed ? values.getByte(at) : values.getByte(at) & 0xff;
            case 16 -> signed ? values.getShort(at) : values.getShort(at) & 0xffff;
            case 32 -> signed ? values.getInt(at) : Integer.toUnsignedLong(values.getInt(at));
            default -> values.getLong(at);
        };
    }
}
