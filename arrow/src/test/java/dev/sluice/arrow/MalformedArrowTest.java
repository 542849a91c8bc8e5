// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.CorruptDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that were cut or changed: an error that says where, or another value, but never more memory nor a crash. */
final class MalformedArrowTest {
    private static final ArrowType.Int INT = new ArrowType.Int(32, true);

    @TempDir
    Path temp;

    /** Bounded, so that a length that lies cannot make much of it. */
    private final BufferAllocator allocator = new RootAllocator(1 << 20);

    @AfterEach
    void nothingStays() {
        allocator.close();
    }

    /** A stream in memory. */
    private static final class Bytes implements BatchReader.Source {
        private final BufferAllocator allocator;
        private byte @Nullable [] bytes;

        Bytes(byte[] bytes, BufferAllocator allocator) {
            this.bytes = bytes;
            this.allocator = allocator;
        }

        @Override
        public @Nullable IpcStream next() {
            byte[] given = bytes;
            bytes = null;
            if (given == null) {
                return null;
            }
            ArrowBuf copy = allocator.buffer(given.length);
            copy.setBytes(0, given);
            return new IpcStream(copy.slice(0, given.length), 0, "test");
        }

        @Override
        public void ended(IpcStream stream, long rows) {}

        @Override
        public void close() {}
    }

    /** Texts, a list of longs, a struct, a column with a dictionary: every kind of buffer. */
    private byte[] sample() throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(7, false, INT);
        Field text = Field.nullable("s", ArrowType.Utf8.INSTANCE);
        Field list = new Field(
                "l",
                FieldType.nullable(ArrowType.List.INSTANCE),
                List.of(Field.nullable("item", new ArrowType.Int(64, true))));
        Field struct = new Field("t", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(Field.nullable("n", INT)));
        Field coded = new Field("d", new FieldType(true, INT, encoding), null);
        Schema schema = new Schema(List.of(text, list, struct, coded));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VarCharVector values = new VarCharVector("values", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
            values.setSafe(0, "x".getBytes(StandardCharsets.UTF_8));
            values.setSafe(1, "yy".getBytes(StandardCharsets.UTF_8));
            values.setValueCount(2);
            for (int i = 0; i < 10; i++) {
                if (i % 3 != 1) {
                    ((VarCharVector) root.getVector(0)).setSafe(i, ("t" + i).getBytes(StandardCharsets.UTF_8));
                    ((IntVector) root.getVector(3)).setSafe(i, i % 2);
                    ((StructVector) root.getVector(2)).setIndexDefined(i);
                    ((IntVector) ((StructVector) root.getVector(2)).getChild("n")).setSafe(i, i);
                }
            }
            ListVector longs = (ListVector) root.getVector(1);
            longs.startNewValue(2);
            ((BigIntVector) longs.getDataVector()).setSafe(0, 5);
            ((BigIntVector) longs.getDataVector()).setSafe(1, 6);
            longs.endValue(2, 2);
            root.setRowCount(10);
            DictionaryProvider provider =
                    new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, encoding));
            try (ArrowStreamWriter writer = new ArrowStreamWriter(root, provider, Channels.newChannel(out))) {
                writer.writeBatch();
            }
        }
        return out.toByteArray();
    }

    /** Reads every value, as a program would. */
    private int read(byte[] bytes) throws IOException {
        int rows = 0;
        try (ArrowReader reader = new BatchReader(new Bytes(bytes, allocator), null, allocator)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                for (FieldVector vector : root.getFieldVectors()) {
                    for (int i = 0; i < root.getRowCount(); i++) {
                        touch(vector, i, reader);
                    }
                }
                rows += root.getRowCount();
            }
        }
        return rows;
    }

    private static void touch(FieldVector vector, int row, ArrowReader reader) {
        if (vector instanceof VarCharVector text) {
            text.get(row);
            return;
        }
        Object value = vector.getObject(row);
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null && value != null) {
            FieldVector values = reader.lookup(encoding.getId()).getVector();
            assertThat(values.isNull(((Number) value).intValue())).isIn(true, false);
        }
    }

    private boolean refused(byte[] bytes) throws IOException {
        try {
            read(bytes);
            return false;
        } catch (CorruptDataException e) {
            assertThat(e).hasMessageContaining("in test offset=");
            return true;
        } finally {
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void theSampleItselfIsRead() throws IOException {
        assertThat(read(sample())).isEqualTo(10);
    }

    @Test
    void aStreamCutAtAnyByteIsRefused() throws IOException {
        byte[] whole = sample();
        for (int length = 0; length < whole.length; length++) {
            assertThat(refused(Arrays.copyOf(whole, length)))
                    .as("length %d", length)
                    .isTrue();
        }
    }

    @Test
    void anyBitMayBeChanged() throws IOException {
        byte[] whole = sample();
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            refused += refused(changed) ? 1 : 0;
        }
        assertThat(refused).as("of %d bits", whole.length * 8).isGreaterThan(whole.length);
    }

    @Test
    void anyFieldMayHaveItsExtremes() throws IOException {
        byte[] whole = sample();
        for (long value :
                new long[] {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 8}) {
            for (int at = 0; at + 8 <= whole.length; at += 4) {
                byte[] changed = whole.clone();
                ByteBuffer into = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
                into.putInt(at, (int) value);
                refused(changed);
                into.putLong(at, value);
                refused(changed);
            }
        }
    }

    @Test
    void noiseIsRefused() throws IOException {
        Random random = new Random(5);
        byte[] whole = sample();
        for (int round = 0; round < 3_000; round++) {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            refused(changed);
        }
        byte[] noise = new byte[1000];
        random.nextBytes(noise);
        assertThat(refused(noise)).isTrue();
    }

    /** Tables of a flatbuffer may name each other; what is made of them must not grow without bound. */
    @Test
    void aSchemaThatNamesItselfIsRefused() {
        com.google.flatbuffers.FlatBufferBuilder builder = new com.google.flatbuffers.FlatBufferBuilder();
        int name = builder.createString("n");
        org.apache.arrow.flatbuf.Struct_.startStruct_(builder);
        int type = org.apache.arrow.flatbuf.Struct_.endStruct_(builder);
        int field = leaf(builder, name, type, new int[0]);
        for (int depth = 0; depth < 40; depth++) {
            // Each level names the one below twice: two to the power of forty fields, all told.
            field = leaf(builder, name, type, new int[] {field, field});
        }
        int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, new int[] {field});
        org.apache.arrow.flatbuf.Schema.startSchema(builder);
        org.apache.arrow.flatbuf.Schema.addFields(builder, fields);
        builder.finish(org.apache.arrow.flatbuf.Schema.endSchema(builder));
        ByteBuffer bytes = builder.dataBuffer();
        int length = bytes.remaining();
        org.apache.arrow.flatbuf.Schema schema = org.apache.arrow.flatbuf.Schema.getRootAsSchema(bytes);
        assertThatThrownBy(() -> SchemaDecoder.decode(schema, length))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("a schema names more than its message can hold");
    }

    private static int leaf(com.google.flatbuffers.FlatBufferBuilder builder, int name, int type, int[] children) {
        int vector = org.apache.arrow.flatbuf.Field.createChildrenVector(builder, children);
        return org.apache.arrow.flatbuf.Field.createField(
                builder, name, true, org.apache.arrow.flatbuf.Type.Struct_, type, 0, vector, 0);
    }

    @Test
    void filesOfBothFormatsAreReadAndTheirEndsAreChecked() throws IOException {
        List<byte[]> formats = new ArrayList<>(List.of(sample(), file()));
        for (byte[] whole : formats) {
            Path path = Files.write(temp.resolve("data.arrow"), whole);
            assertThat(rows(path)).isEqualTo(10);
            for (int length = whole.length - 1; length >= 0; length -= length > whole.length - 40 ? 1 : 37) {
                Files.write(path, Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> rows(path)).isInstanceOf(CorruptDataException.class);
            }
            Files.write(path, Arrays.copyOf(whole, whole.length + 1));
            assertThatThrownBy(() -> rows(path)).isInstanceOf(CorruptDataException.class);
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    private int rows(Path path) throws IOException {
        int rows = 0;
        try (ArrowReader reader = ArrowBatches.open(path, allocator)) {
            while (reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
        }
        return rows;
    }

    private byte[] file() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Schema schema = new Schema(List.of(Field.nullable("n", INT)));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
            ((IntVector) root.getVector(0)).setSafe(4, 1);
            root.setRowCount(5);
            writer.writeBatch();
            writer.writeBatch();
        }
        return out.toByteArray();
    }
}
