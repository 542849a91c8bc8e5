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

/**
 * One function running over a stream of values: a thread of its own drives the worker, whoever iterates reads the
 * results. Neither side gets further ahead of the other than a few MiB.
 */
final class FunctionRun implements Iterator<@Nullable Object>, AutoCloseable {
    /** Idle workers that may have died unnoticed before one call. */
    private static final int MAX_DEAD = 3;

    private final WorkerPool pool;
    private final StageSpec stage;
    private final TaskSpec task;
    private final String function;
    private final PickleCodec codec;
    private final PieceQueue results = new PieceQueue();
    private final ClassicReader reader;
    private Iterator<?> batch = List.of().iterator();
    private long records;
    private boolean ended;
    private @Nullable RuntimeException raised;
    private volatile boolean closed;
    private volatile @Nullable TaskReport report;
    private volatile @Nullable Throwable failure;
    private volatile long pid;
    private @Nullable Worker worker;
    private @Nullable Thread driving;

    FunctionRun(WorkerPool pool, StageSpec stage, TaskSpec task, String function, PickleCodec codec, int limit) {
        this.pool = pool;
        this.stage = stage;
        this.task = task;
        this.function = function;
        this.codec = codec;
        this.reader = new ClassicReader(results, limit);
    }

    /** Drives the worker to the task's end; runs on a thread of its own. */
    void run() {
        try {
            for (int dead = 0; !drive(dead == MAX_DEAD); dead++) {}
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            results.finish();
        }
    }

    /** Runs the task in a worker; false if that worker was dead before it could read a byte, and another may try. */
    private boolean drive(boolean last) throws IOException {
        Worker leased = pool.acquire(stage.broadcasts(), stage.path());
        pid = leased.pid();
        try {
            if (lease(leased, Thread.currentThread())) {
                report = leased.run(stage, task, results);
            }
            return true;
        } catch (WorkerLostException e) {
            if (e.started() || last) {
                throw e;
            }
            return false;
        } finally {
            lease(null, null);
            // Under no lock, and after the interrupt of a close was cleared: it would close the zygote's connection.
            pool.release(leased);
        }
    }

    private synchronized boolean lease(@Nullable Worker leased, @Nullable Thread thread) {
        worker = leased;
        driving = thread;
        if (thread == null && closed) {
            Thread.interrupted();
        }
        return !closed;
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
        Throwable why = failure;
        if (why instanceof WorkerLostException lost && !closed) {
            throw lost;
        }
        if (closed) {
            throw new SluiceException("the results were closed before they were read: function=" + function);
        }
        if (why != null) {
            throw new SluiceException("python function stopped: " + why.getMessage() + " in function=" + function, why);
        }
        if (report instanceof TaskReport.Failed failed) {
            throw new PythonException(function, pid, failed);
        }
        if (report instanceof TaskReport.Succeeded succeeded) {
            TaskReport.StreamCount count = succeeded.stream(0);
            long expected = count == null ? 0 : count.records();
            if (expected != records) {
                throw new CorruptDataException(
                        "results are not whole: got=" + records + " expected=" + expected + " function=" + function);
            }
        }
    }

    /** Ends the run where it is; a worker in the middle of a task is ended with it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            // Under the lock, so that the worker is still this run's, not that of whoever leased it next.
            if (worker != null && report == null) {
                worker.kill();
                if (driving != null) {
                    // It may wait for the next of the caller's values.
                    driving.interrupt();
                }
            }
        }
        results.close();
    }
}
