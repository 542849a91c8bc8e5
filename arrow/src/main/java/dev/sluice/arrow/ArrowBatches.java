// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import java.nio.file.Path;
import java.util.Iterator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Readers of batches that a program has: in vectors, or in files that it does not trust. */
public final class ArrowBatches {
    private ArrowBatches() {}

    /**
     * Reads batches that are in memory. Nothing is copied: a batch holds the vectors' buffers until the next is read, and
     * the root may then be filled again.
     *
     * @param schema the schema of each root
     * @param roots the batches, which stay the caller's; read one by one, maybe by another thread
     * @param allocator of the same root allocator as theirs
     * @return a reader to close
     */
    public static ArrowReader of(Schema schema, Iterator<VectorSchemaRoot> roots, BufferAllocator allocator) {
        return new RootReader(schema, roots, new DictionaryProvider.MapDictionaryProvider(), allocator);
    }

    /**
     * Reads batches with dictionaries that are in memory, as {@link #of(Schema, Iterator, BufferAllocator)} does.
     *
     * @param schema the schema of each root
     * @param roots the batches
     * @param dictionaries the dictionaries that the schema names, which stay the caller's
     * @param allocator of the same root allocator as theirs
     * @return a reader to close
     */
    public static ArrowReader of(
            Schema schema,
            Iterator<VectorSchemaRoot> roots,
            DictionaryProvider dictionaries,
            BufferAllocator allocator) {
        return new RootReader(schema, roots, dictionaries, allocator);
    }

    /**
     * Reads a file of the Arrow IPC file or stream format, up to 2 GiB, without compression. All of it is checked as it
     * is read: where it is malformed or cut, reading throws a {@link dev.sluice.core.CorruptDataException} that says
     * where. Names of extension types stay metadata.
     *
     * @param file the file, which nobody makes shorter while it is read
     * @param allocator accounts for the file's bytes
     * @return a reader to close; the file is opened at the first use
     */
    public static ArrowReader open(Path file, BufferAllocator allocator) {
        return new BatchReader(new FileSource(file, allocator), null, allocator);
    }
}
