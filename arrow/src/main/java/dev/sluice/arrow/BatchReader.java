// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.Messages;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The batches of one IPC stream after the other, checked before a vector sees them. */
final class BatchReader extends ArrowReader {
    /** Where streams come from. To test with it, wrap bytes. */
    interface Source extends AutoCloseable {
        /** Returns the next stream, whose owner the reader becomes; null at the end. */
        @Nullable
        IpcStream next() throws IOException;

        /**
         * Hears that a stream was read to its end.
         *
         * @param rows the rows that its batches had
         */
        void ended(IpcStream stream, long rows);

        @Override
        void close() throws IOException;
    }

    private final Source source;
    private final @Nullable Schema promised;
    private @Nullable IpcStream stream;
    private Map<Long, Long> ids = Map.of();
    private long rows;
    private long bytes;
    private boolean closed;
    private @Nullable RuntimeException raised;

    /**
     * Makes a reader.
     *
     * @param promised the schema of every stream, with value types where columns have dictionaries; null for the first's
     */
    BatchReader(Source source, @Nullable Schema promised, BufferAllocator allocator) {
        super(allocator);
        this.source = source;
        this.promised = promised;
    }

    @Override
    protected Schema readSchema() throws IOException {
        if (promised != null) {
            return promised;
        }
        IpcStream first = source.next();
        if (first == null) {
            throw new CorruptDataException("no arrow data");
        }
        stream = first;
        Schema schema = schema(first);
        ids = new SchemaMatch(schema, schema).dictionaries();
        return schema;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        if (raised != null) {
            // Again for whoever asks again: a stream that failed must not look like one that ended.
            throw raised;
        }
        if (closed) {
            throw new SluiceException("arrow data was read after its reader was closed");
        }
        try {
            return advance();
        } catch (RuntimeException e) {
            raised = e;
            throw e;
        }
    }

    private boolean advance() throws IOException {
        prepareLoadNextBatch();
        while (true) {
            if (stream == null) {
                stream = source.next();
                if (stream == null) {
                    return false;
                }
                begin(stream, schema(stream));
            }
            IpcStream current = stream;
            IpcStream.Found message = current.next();
            if (message == null) {
                stream = null;
                try (current) {
                    source.ended(current, rows);
                }
                bytes += current.length();
                rows = 0;
            } else if (message.type() == MessageHeader.DictionaryBatch) {
                dictionary(current, message);
            } else if (message.type() == MessageHeader.RecordBatch) {
                batch(current, message);
                return true;
            } else {
                throw current.corrupt("not a batch: type=" + message.type(), message.offset(), null);
            }
        }
    }

    private static Schema schema(IpcStream stream) {
        IpcStream.Found message = stream.next();
        if (message == null || message.type() != MessageHeader.Schema) {
            throw stream.corrupt("arrow data does not begin with a schema", 0, null);
        }
        try {
            org.apache.arrow.flatbuf.Schema table = new org.apache.arrow.flatbuf.Schema();
            message.table().header(table);
            return SchemaDecoder.decode(table, message.length());
        } catch (RuntimeException e) {
            throw stream.malformed(message.offset(), e);
        }
    }

    private void begin(IpcStream current, Schema schema) throws IOException {
        Schema expected = promised;
        if (expected == null) {
            throw current.corrupt("more than one stream", 0, null);
        }
        SchemaMatch match = new SchemaMatch(expected, schema);
        String problem = match.problem();
        if (problem != null) {
            throw current.corrupt(problem, 0, null);
        }
        ids = match.dictionaries();
        // Those of the stream before must not stand in for what this one lacks.
        for (Dictionary dictionary : getDictionaryVectors().values()) {
            dictionary.getVector().clear();
        }
    }

    private long dictionarySize(long id) {
        Dictionary found = lookup(id);
        return found == null ? 0 : found.getVector().getValueCount();
    }

    private void dictionary(IpcStream current, IpcStream.Found message) {
        ArrowRecordBatch data;
        long id;
        try {
            DictionaryBatch table = new DictionaryBatch();
            message.table().header(table);
            if (table.isDelta()) {
                throw new CorruptDataException("a dictionary that grows is not read: id=" + table.id());
            }
            Long ours = ids.get(table.id());
            Dictionary dictionary = ours == null ? null : lookup(ours);
            if (ours == null || dictionary == null) {
                throw new CorruptDataException("a dictionary that no column has: id=" + table.id());
            }
            id = ours;
            List<Field> fields = List.of(dictionary.getVector().getField());
            data = BatchCheck.decode(table.data(), message.body(), fields, this::dictionarySize);
        } catch (RuntimeException e) {
            throw current.malformed(message.offset(), e);
        }
        loadDictionary(new ArrowDictionaryBatch(id, data, false));
    }

    private void batch(IpcStream current, IpcStream.Found message) throws IOException {
        List<Field> fields = getVectorSchemaRoot().getSchema().getFields();
        ArrowRecordBatch batch;
        try {
            RecordBatch table = new RecordBatch();
            message.table().header(table);
            batch = BatchCheck.decode(table, message.body(), fields, this::dictionarySize);
        } catch (RuntimeException e) {
            throw current.malformed(message.offset(), e);
        }
        rows += batch.getLength();
        loadRecordBatch(batch);
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (!field.isNullable() && getVectorSchemaRoot().getVector(i).getNullCount() > 0) {
                getVectorSchemaRoot().clear();
                throw current.corrupt(
                        "nulls in a column that has none: column=" + Messages.quote(SchemaRules.name(field)),
                        message.offset(),
                        null);
            }
        }
    }

    @Override
    public long bytesRead() {
        return bytes;
    }

    @Override
    protected void closeReadSource() throws IOException {
        closed = true;
        IpcStream current = stream;
        stream = null;
        try {
            source.close();
        } finally {
            if (current != null) {
                current.close();
            }
        }
    }
}
