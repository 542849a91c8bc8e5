// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.core.CorruptDataException;
import dev.sluice.worker.StreamRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** The units that a worker emits, as IPC streams. */
final class ResultSource implements BatchReader.Source {
    /** More than any bound on what travels inline, with the schema and dictionaries of many columns. */
    private static final int MAX_BODY = 128 << 20;

    private final String function;
    private final StreamRun run;
    private final BatchInput input;
    private final CreditInput credit;
    private final TransferFiles files;
    private final BufferAllocator allocator;
    private final Copies copies;
    private final InputStream results;
    private long units;
    private long expected;
    private long rows;
    private boolean ended;

    ResultSource(
            String function,
            StreamRun run,
            BatchInput input,
            CreditInput credit,
            TransferFiles files,
            BufferAllocator allocator,
            Copies copies) {
        this.function = function;
        this.run = run;
        this.input = input;
        this.credit = credit;
        this.files = files;
        this.allocator = allocator;
        this.copies = copies;
        this.results = run.results();
    }

    @Override
    public @Nullable IpcStream next() throws IOException {
        if (ended) {
            return null;
        }
        byte[] bytes = results.readNBytes(UnitLayout.HEAD_LENGTH);
        if (bytes.length == 0) {
            ended = true;
            run.finish(rows);
            return null;
        }
        UnitLayout.Head head = whole(bytes.length, UnitLayout.HEAD_LENGTH)
                ? UnitLayout.head(
                        ByteBuffer.wrap(bytes), MAX_BODY, files.directories().size())
                : cut(bytes.length, UnitLayout.HEAD_LENGTH);
        byte[] body = results.readNBytes(head.bodyLength());
        if (!whole(body.length, head.bodyLength())) {
            cut(body.length, head.bodyLength());
        }
        expected = head.rows();
        String name = "results of function=" + function + " unit=" + units++;
        if (head.kind() == UnitLayout.FILE) {
            UnitLayout.FileName file = UnitLayout.file(ByteBuffer.wrap(body));
            ArrowBuf mapped = files.take(head.directory(), file, allocator);
            credit.taken(file.bytes());
            copies.takenFile(file.bytes());
            return new IpcStream(mapped, 0, name);
        }
        ArrowBuf copy = allocator.buffer(body.length);
        copy.setBytes(0, body);
        copies.takenInline(body.length);
        ArrowBuf exact = copy.slice(0, body.length);
        return new IpcStream(exact, 0, name);
    }

    private static boolean whole(int got, int needed) {
        return got == needed;
    }

    /** The task's own failure explains more than that its output stops. */
    private UnitLayout.Head cut(int got, int needed) {
        run.finish(rows);
        throw new CorruptDataException(
                "results are cut: function=" + function + " unit=" + units + " got=" + got + " expected=" + needed);
    }

    @Override
    public void ended(IpcStream stream, long got) {
        if (got != expected || stream.offset() != stream.length()) {
            throw stream.corrupt(
                    "a unit does not hold what it says: rows=" + got + " expected=" + expected + " bytes="
                            + stream.length(),
                    stream.offset(),
                    null);
        }
        rows += got;
    }

    /** Ends the worker if it is still at it; then nobody uses the caller's batches, and they are closed. */
    @Override
    public void close() throws IOException {
        run.close();
        credit.close();
        try (files) {
            input.close();
        }
    }
}
