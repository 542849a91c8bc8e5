// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.JobFailure;
import dev.sluice.engine.ResultSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes results on, and tells somebody else of the end before the reader hears of it. */
final class EndingSink implements ResultSink {
    private final ResultSink reader;
    private final Consumer<@Nullable JobFailure> end;

    EndingSink(ResultSink reader, Consumer<@Nullable JobFailure> end) {
        this.reader = reader;
        this.end = end;
    }

    @Override
    public void data(int index, ByteBuffer piece) throws IOException {
        reader.data(index, piece);
    }

    @Override
    public void restart(int index) throws IOException {
        reader.restart(index);
    }

    @Override
    public void partitionEnd(int index, long bytes, long records) throws IOException {
        reader.partitionEnd(index, bytes, records);
    }

    @Override
    public void pause() throws IOException {
        reader.pause();
    }

    @Override
    public void succeeded(List<byte[]> accumulators) {
        end.accept(null);
        reader.succeeded(accumulators);
    }

    @Override
    public void failed(JobFailure failure) {
        end.accept(failure);
        reader.failed(failure);
    }
}
