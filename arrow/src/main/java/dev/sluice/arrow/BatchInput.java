// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.json.Json;
import dev.sluice.worker.TaskInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** The batches of a reader as units for a worker, one whenever it asks; long batches in several. */
final class BatchInput implements TaskInput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ArrowReader batches;
    private final IpcWriter writer;
    private final TransferFiles files;
    private final ArrowOptions options;
    private final Copies copies;
    private boolean begun;
    private boolean ended;
    private boolean closed;
    private int row;
    private int rows;
    private boolean loaded;

    BatchInput(ArrowReader batches, IpcWriter writer, TransferFiles files, ArrowOptions options, Copies copies) {
        this.batches = batches;
        this.writer = writer;
        this.files = files;
        this.options = options;
        this.copies = copies;
    }

    /** Under a lock with {@link #close}, so that no vector goes while it is read here. */
    @Override
    public synchronized ByteBuffer next() throws IOException {
        if (closed) {
            throw new IOException("the results were closed before the batches were read");
        }
        if (!begun) {
            begun = true;
            return header();
        }
        VectorSchemaRoot root = batches.getVectorSchemaRoot();
        if (!loaded) {
            if (!batches.loadNextBatch()) {
                ended = true;
                return NOTHING;
            }
            loaded = true;
            row = 0;
            rows = root.getRowCount();
        }
        int count = BatchSizes.fitting(root, row, options.batchBytes());
        ByteBuffer unit;
        if (row == 0 && count == rows) {
            unit = unit(root);
        } else {
            try (VectorSchemaRoot slice = root.slice(row, count)) {
                unit = unit(slice);
            }
        }
        row += count;
        loaded = row < rows;
        return unit;
    }

    private ByteBuffer header() {
        String text = Json.write(Map.of(
                "directories",
                files.directories().stream().map(Path::toString).toList(),
                "batchBytes",
                options.batchBytes(),
                "inlineBytes",
                options.inlineBytes(),
                "aheadBytes",
                options.aheadBytes()));
        return UnitLayout.pack(UnitLayout.HEADER, 0, 0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private ByteBuffer unit(VectorSchemaRoot batch) throws IOException {
        long bytes = writer.dictionaryBytes();
        for (FieldVector vector : batch.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        if (bytes <= options.inlineBytes()) {
            ByteSink sink = new ByteSink(Math.toIntExact(bytes) + 1024);
            writer.write(batch, sink);
            ByteBuffer body = sink.written();
            copies.sentInline(body.remaining());
            return UnitLayout.pack(UnitLayout.INLINE, 0, batch.getRowCount(), body);
        }
        if (bytes > UnitLayout.MAX_FILE) {
            throw new IOException("a row or a dictionary is too large for one file: bytes=" + bytes + " limit="
                    + UnitLayout.MAX_FILE);
        }
        TransferFiles.Written file = files.write(bytes, channel -> writer.write(batch, channel));
        copies.sentFile(file.bytes());
        return UnitLayout.packFile(file.directory(), batch.getRowCount(), file.bytes(), file.name());
    }

    @Override
    public synchronized boolean exhausted() {
        return ended;
    }

    /** Waits for a batch that is being read, then closes the reader. Idempotent. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            batches.close();
        }
    }
}
