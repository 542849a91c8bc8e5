// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.SluiceException;
import dev.sluice.core.pickle.PickleCodec;
import dev.sluice.core.serializer.ClassicReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The results of one function that runs over a stream of values. */
final class FunctionRun implements Iterator<@Nullable Object>, AutoCloseable {
    private final StreamRun run;
    private final PickleCodec codec;
    private final ClassicReader reader;
    private Iterator<?> batch = List.of().iterator();
    private long records;
    private boolean ended;
    private @Nullable RuntimeException raised;

    FunctionRun(StreamRun run, PickleCodec codec, int limit) {
        this.run = run;
        this.codec = codec;
        this.reader = new ClassicReader(run.results(), limit);
    }

    @Override
    public boolean hasNext() {
        while (!batch.hasNext() && !ended) {
            try {
                advance();
            } catch (RuntimeException e) {
                ended = true;
                raised = e;
                // Nobody will read the rest.
                close();
            }
        }
        if (!batch.hasNext() && raised != null) {
            // Again for whoever asks again: a stream that failed must not look like one that ended.
            throw raised;
        }
        return batch.hasNext();
    }

    @Override
    public @Nullable Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return batch.next();
    }

    private void advance() {
        byte @Nullable [] frame;
        try {
            frame = reader.nextItem();
        } catch (CorruptDataException e) {
            end();
            throw e;
        } catch (IOException e) {
            throw new SluiceException(String.valueOf(e.getMessage()), e);
        }
        if (frame == null) {
            end();
            return;
        }
        if (frame.length == 0 || frame[0] != 'L') {
            throw new CorruptDataException("not a batch of results: length=" + frame.length);
        }
        byte[] pickle = new byte[frame.length - 1];
        System.arraycopy(frame, 1, pickle, 0, pickle.length);
        if (!(codec.loads(pickle) instanceof List<?> list)) {
            throw new CorruptDataException("not a batch of results: length=" + frame.length);
        }
        records += list.size();
        batch = list.iterator();
    }

    /** What was delivered counts as whole only now that the worker has said how much there was. */
    private void end() {
        ended = true;
        run.finish(records);
    }

    /** Ends the run where it is; a worker in the middle of a task is ended with it. */
    @Override
    public void close() {
        run.close();
    }
}
