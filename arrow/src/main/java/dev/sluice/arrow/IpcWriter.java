// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/** Writes batches of one schema, each as an IPC stream of its own. Checks them first: another process reads them. */
final class IpcWriter {
    private final Schema schema;
    private final DictionaryProvider dictionaries;
    private final Set<Long> ids = new LinkedHashSet<>();

    /**
     * Makes a writer.
     *
     * @param schema the schema as vectors have it
     * @param dictionaries the dictionaries that it names
     * @throws IllegalArgumentException naming column and type, if one does not cross
     */
    IpcWriter(Schema schema, DictionaryProvider dictionaries) {
        List<Field> fields = new ArrayList<>();
        for (Field field : schema.getFields()) {
            fields.add(DictionaryUtility.toMessageFormat(field, dictionaries, ids));
        }
        this.schema = new Schema(fields, schema.getCustomMetadata());
        this.dictionaries = dictionaries;
        SchemaRules.require(this.schema);
    }

    /**
     * Writes a batch.
     *
     * @throws dev.sluice.core.CorruptDataException naming the column, if its vectors do not hold together
     */
    void write(VectorSchemaRoot batch, WritableByteChannel to) throws IOException {
        WriteChannel out = new WriteChannel(to);
        MessageSerializer.serialize(out, schema);
        for (long id : ids) {
            FieldVector values = dictionary(id).getVector();
            VectorSchemaRoot alone =
                    new VectorSchemaRoot(List.of(values.getField()), List.of(values), values.getValueCount());
            try (ArrowDictionaryBatch message = new ArrowDictionaryBatch(id, unload(alone), false)) {
                MessageSerializer.serialize(out, message);
            }
        }
        try (ArrowRecordBatch message = unload(batch)) {
            MessageSerializer.serialize(out, message);
        }
        ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
    }

    /** Returns about the bytes that the dictionaries take in each stream. */
    long dictionaryBytes() {
        return ids.stream()
                .mapToLong(id -> dictionary(id).getVector().getBufferSize())
                .sum();
    }

    private Dictionary dictionary(long id) {
        Dictionary found = dictionaries.lookup(id);
        if (found == null) {
            throw new IllegalArgumentException("no such dictionary: id=" + id);
        }
        return found;
    }

    private ArrowRecordBatch unload(VectorSchemaRoot root) {
        ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
        try {
            BatchCheck.check(
                    batch,
                    root.getSchema().getFields(),
                    id -> dictionary(id).getVector().getValueCount());
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }
}
