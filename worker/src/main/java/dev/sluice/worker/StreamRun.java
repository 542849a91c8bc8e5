// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.CorruptDataException;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * One step of Python running over streams of bytes: a thread of its own drives the worker, whoever reads takes what it
 * emits. The first gets no further ahead of the second than a few MiB. For modules with a format of their own; see
 * {@link PythonWorkers#start}.
 */
public final class StreamRun implements AutoCloseable {
    /** Idle workers that may have died unnoticed before one call. */
    private static final int MAX_DEAD = 3;

    private final WorkerPool pool;
    private final StageSpec stage;
    private final TaskSpec task;
    private final String function;
    private final PieceQueue results = new PieceQueue();
    private volatile boolean closed;
    private volatile @Nullable TaskReport report;
    private volatile @Nullable Throwable failure;
    private volatile long pid;
    private @Nullable Worker worker;
    private @Nullable Thread driving;

    StreamRun(WorkerPool pool, StageSpec stage, TaskSpec task, String function) {
        this.pool = pool;
        this.stage = stage;
        this.task = task;
        this.function = function;
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

    /**
     * Returns what the step emits.
     *
     * @return a stream whose reads wait; it ends where the task ended, however it did: {@link #finish} tells
     */
    public InputStream results() {
        return results;
    }

    /**
     * Makes sure, where the results ended, that the task ended well and that they are whole.
     *
     * @param records the records that were read
     * @throws PythonException if the step raised
     * @throws WorkerLostException if its process ended
     * @throws CorruptDataException if the worker had emitted another number of records
     * @throws SluiceException if an input failed, or this was closed
     */
    public void finish(long records) {
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

    /** Ends the run where it is; a worker in the middle of a task is ended with it. Idempotent. */
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
