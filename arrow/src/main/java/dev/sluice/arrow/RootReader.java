// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The batches of a program's own vectors. */
final class RootReader extends ArrowReader {
    private final Schema schema;
    private final Iterator<VectorSchemaRoot> roots;
    private final DictionaryProvider provided;

    RootReader(
            Schema schema,
            Iterator<VectorSchemaRoot> roots,
            DictionaryProvider dictionaries,
            BufferAllocator allocator) {
        super(allocator);
        this.schema = schema;
        this.roots = roots;
        this.provided = dictionaries;
    }

    @Override
    protected Schema readSchema() {
        return schema;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (!roots.hasNext()) {
            return false;
        }
        VectorSchemaRoot root = roots.next();
        if (!root.getSchema().getFields().equals(schema.getFields())) {
            throw new IllegalArgumentException(
                    "a batch has another schema: got=" + root.getSchema() + " expected=" + schema);
        }
        loadRecordBatch(new VectorUnloader(root).getRecordBatch());
        return true;
    }

    @Override
    public @Nullable Dictionary lookup(long id) {
        return provided.lookup(id);
    }

    @Override
    public Set<Long> getDictionaryIds() {
        return provided.getDictionaryIds();
    }

    @Override
    public Map<Long, Dictionary> getDictionaryVectors() {
        Map<Long, Dictionary> found = new HashMap<>();
        for (long id : provided.getDictionaryIds()) {
            found.put(id, provided.lookup(id));
        }
        return found;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        // The roots are the caller's.
    }
}
