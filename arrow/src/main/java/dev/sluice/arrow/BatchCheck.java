// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Checks a batch against its schema before a vector is made of it: counts, lengths, bounds of buffers, offsets, nulls,
 * indices of dictionaries. Fields are as vectors have them: a column with a dictionary has its indices' type.
 */
final class BatchCheck {
    private final List<ArrowFieldNode> nodes;
    private final List<ArrowBuf> buffers;
    private final LongUnaryOperator dictionarySize;
    private int node;
    private int buffer;

    private BatchCheck(List<ArrowFieldNode> nodes, List<ArrowBuf> buffers, LongUnaryOperator dictionarySize) {
        this.nodes = nodes;
        this.buffers = buffers;
        this.dictionarySize = dictionarySize;
    }

    /**
     * Makes a checked batch of a message.
     *
     * @param table the message's table
     * @param body the message's body
     * @param fields the batch's columns
     * @param dictionarySize the number of values in a dictionary, by its id
     * @return the batch, which holds the body until it is closed
     * @throws RuntimeException of several kinds, if the message is malformed
     */
    static ArrowRecordBatch decode(
            RecordBatch table, ArrowBuf body, List<Field> fields, LongUnaryOperator dictionarySize) {
        if (table.compression() != null) {
            throw new CorruptDataException("compressed arrow data is not read: codec="
                    + table.compression().codec() + "; write it without compression");
        }
        int[] expected = new int[2];
        fields.forEach(field -> count(field, expected));
        if (table.nodesLength() != expected[0] || table.buffersLength() != expected[1]) {
            throw new CorruptDataException("a batch does not fit its schema: nodes=" + table.nodesLength()
                    + " expected=" + expected[0] + " buffers=" + table.buffersLength() + " expected=" + expected[1]);
        }
        List<ArrowFieldNode> nodes = new ArrayList<>(expected[0]);
        for (int i = 0; i < expected[0]; i++) {
            FieldNode found = table.nodes(i);
            nodes.add(new ArrowFieldNode(found.length(), found.nullCount()));
        }
        List<ArrowBuf> buffers = new ArrayList<>(expected[1]);
        for (int i = 0; i < expected[1]; i++) {
            Buffer found = table.buffers(i);
            if (found.offset() % 8 != 0) {
                throw new CorruptDataException("a buffer is not aligned: buffer=" + i + " offset=" + found.offset());
            }
            Objects.checkFromIndexSize(found.offset(), found.length(), body.capacity());
            buffers.add(body.slice(found.offset(), found.length()));
        }
        check(table.length(), nodes, buffers, fields, dictionarySize);
        return new ArrowRecordBatch(
                (int) table.length(), nodes, buffers, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, true, true);
    }

    /** Checks a batch that a program made, before another process reads it. */
    static void check(ArrowRecordBatch batch, List<Field> fields, LongUnaryOperator dictionarySize) {
        check(batch.getLength(), batch.getNodes(), batch.getBuffers(), fields, dictionarySize);
    }

    private static void check(
            long rows,
            List<ArrowFieldNode> nodes,
            List<ArrowBuf> buffers,
            List<Field> fields,
            LongUnaryOperator dictionarySize) {
        if (rows < 0 || rows > Integer.MAX_VALUE) {
            throw new CorruptDataException("refused a batch: rows=" + rows);
        }
        BatchCheck check = new BatchCheck(nodes, buffers, dictionarySize);
        for (Field field : fields) {
            long length = check.field(field, SchemaRules.name(field)).getLength();
            if (length != rows) {
                throw new CorruptDataException("a column has another length than its batch: column="
                        + Messages.quote(SchemaRules.name(field)) + " rows=" + length + " expected=" + rows);
            }
        }
    }

    private static void count(Field field, int[] sums) {
        sums[0]++;
        sums[1] += TypeLayout.getTypeBufferCount(SchemaRules.storage(field.getType()));
        field.getChildren().forEach(child -> count(child, sums));
    }

    private ArrowFieldNode field(Field field, String path) {
        String column = Messages.quote(path);
        ArrowFieldNode found = nodes.get(node++);
        long length = found.getLength();
        long nulls = found.getNullCount();
        if (length < 0 || length > Integer.MAX_VALUE || nulls < 0 || nulls > length) {
            throw new CorruptDataException(
                    "refused a column: column=" + column + " rows=" + length + " nulls=" + nulls);
        }
        ArrowType type = SchemaRules.storage(field.getType());
        if (type instanceof ArrowType.Null) {
            return found;
        }
        ArrowBuf validity = buffers.get(buffer++);
        BufferCheck.validity(validity, length, nulls, column);
        switch (type.getTypeID()) {
            case Utf8, Binary -> texts(Integer.BYTES, length, column);
            case LargeUtf8, LargeBinary -> texts(Long.BYTES, length, column);
            case List, Map -> list(Integer.BYTES, field, path, length);
            case LargeList -> list(Long.BYTES, field, path, length);
            case FixedSizeList -> fixedList((ArrowType.FixedSizeList) type, field, path, length);
            case Struct -> {
                for (Field child : field.getChildren()) {
                    childAtLeast(field(child, path + "." + child.getName()), length, path + "." + child.getName());
                }
            }
            default -> values(type, field, validity, length, column);
        }
        return found;
    }

    private void values(ArrowType type, Field field, ArrowBuf validity, long length, String column) {
        ArrowBuf values = buffers.get(buffer++);
        BufferCheck.atLeast(values, (Math.multiplyExact(length, (long) bits(type)) + 7) / 8, "values", column);
        if (field.getDictionary() != null) {
            long size = dictionarySize.applyAsLong(field.getDictionary().getId());
            BufferCheck.indices(validity, values, (ArrowType.Int) type, length, size, column);
        }
    }

    private void texts(int width, long length, String column) {
        ArrowBuf offsets = buffers.get(buffer++);
        BufferCheck.offsets(offsets, width, length, buffers.get(buffer++).readableBytes(), column);
    }

    private void list(int width, Field field, String path, long length) {
        ArrowBuf offsets = buffers.get(buffer++);
        Field child = field.getChildren().get(0);
        ArrowFieldNode items = field(child, path + "." + child.getName());
        BufferCheck.offsets(offsets, width, length, items.getLength(), Messages.quote(path));
        if (field.getType() instanceof ArrowType.Map && items.getNullCount() != 0) {
            throw new CorruptDataException("a map has entries that are null: column=" + Messages.quote(path));
        }
    }

    private void fixedList(ArrowType.FixedSizeList type, Field field, String path, long length) {
        Field child = field.getChildren().get(0);
        ArrowFieldNode items = field(child, path + "." + child.getName());
        childAtLeast(items, Math.multiplyExact(length, (long) type.getListSize()), path);
    }

    private static void childAtLeast(ArrowFieldNode child, long length, String path) {
        if (child.getLength() < length) {
            throw new CorruptDataException("a nested column is too short: column=" + Messages.quote(path) + " rows="
                    + child.getLength() + " needed=" + length);
        }
    }

    /** Returns the bits of a value of fixed width. */
    static int bits(ArrowType type) {
        return switch (type.getTypeID()) {
            case Bool -> 1;
            case Int -> ((ArrowType.Int) type).getBitWidth();
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF -> Short.SIZE;
                    case SINGLE -> Integer.SIZE;
                    case DOUBLE -> Long.SIZE;
                };
            case Decimal -> ((ArrowType.Decimal) type).getBitWidth();
            case Date -> ((ArrowType.Date) type).getUnit() == DateUnit.DAY ? Integer.SIZE : Long.SIZE;
            case Time -> ((ArrowType.Time) type).getBitWidth();
            case Timestamp, Duration -> Long.SIZE;
            case Interval ->
                switch (((ArrowType.Interval) type).getUnit()) {
                    case YEAR_MONTH -> Integer.SIZE;
                    case DAY_TIME -> Long.SIZE;
                    case MONTH_DAY_NANO -> 2 * Long.SIZE;
                };
            case FixedSizeBinary -> Math.multiplyExact(((ArrowType.FixedSizeBinary) type).getByteWidth(), Byte.SIZE);
            default -> throw new IllegalStateException("no width: type=" + type);
        };
    }
}
