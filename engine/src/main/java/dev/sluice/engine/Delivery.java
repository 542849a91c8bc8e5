// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.SpillException;
import dev.sluice.spill.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands a job's results to its sink, in the order of the partitions or as they come. Little data goes out on the thread
 * that finished a task, which saves a hand-over; more goes out on a thread of its own, so that a slow reader never holds
 * a slot, and while its task still runs, so that the reader works beside the task.
 */
final class Delivery {
    /** How much more a running task has to have made each time before it is worth while to pass it on. */
    static final int LIVE_BYTES = 256 << 10;
    /** Less than a socket's buffer: writing this much never waits, whatever the reader does. */
    private static final long INLINE_BYTES = 64 << 10;

    private final ResultSink sink;
    private final Executor executor;
    private final Consumer<Exception> onBroken;
    private final @Nullable Part[] parts;
    /** What there is to pass, if any order will do. */
    private final @Nullable Queue<Part> queue;

    private int ended;
    private long inline;
    private boolean busy;
    private boolean stopped;
    private @Nullable Runnable end;
    private long endBytes;

    /** A partition of which there is something. */
    private static final class Part {
        /** Stands for every partition that was passed, so that an attempt which was given up is not taken for it. */
        static final Part PASSED = new Part(-1);

        static {
            PASSED.whole = true;
        }

        private final int index;
        private long attempt = -1;
        private @Nullable Spool spool;
        private boolean whole;
        private boolean waits;
        /** Of whose bytes the sink has some; only for who passes them. */
        private @Nullable Spool passed;

        Part(int index) {
            this.index = index;
        }

        /** Takes an attempt's output for the partition's, unless a later one has begun. */
        boolean take(long from, Spool output) {
            if (from < attempt || whole) {
                return false;
            }
            attempt = from;
            spool = output;
            waits = true;
            return true;
        }
    }

    Delivery(ResultSink sink, int partitions, boolean ordered, Executor executor, Consumer<Exception> onBroken) {
        this.sink = sink;
        this.executor = executor;
        this.onBroken = onBroken;
        this.parts = new @Nullable Part[partitions];
        this.queue = ordered ? null : new ArrayDeque<>();
    }

    /** Passes on what a running attempt has made so far; it may still fail, and then another one begins anew. */
    void grew(int index, long attempt, Spool spool) {
        synchronized (this) {
            if (stopped || !part(index).take(attempt, spool) || !wants(part(index))) {
                return;
            }
            busy = true;
        }
        start(false);
    }

    /** Passes on the rest of an attempt that has succeeded, which is closed then. */
    void add(int index, long attempt, Spool spool) {
        synchronized (this) {
            Part part = part(index);
            if (stopped || !part.take(attempt, spool)) {
                spool.close();
                return;
            }
            part.whole = true;
            if (!wants(part)) {
                return;
            }
            busy = true;
        }
        start(true);
    }

    private Part part(int index) {
        Part part = parts[index];
        if (part == null) {
            part = new Part(index);
            parts[index] = part;
        }
        return part;
    }

    /** Puts a partition into its place; tells whether somebody has to begin to pass it. */
    private boolean wants(Part part) {
        if (queue != null) {
            queue.add(part);
            return !busy;
        }
        return !busy && part.index == ended;
    }

    /** The next partition of which there is something to pass. */
    private @Nullable Part next() {
        if (queue == null) {
            Part part = ended < parts.length ? parts[ended] : null;
            return part != null && part.waits ? part : null;
        }
        Part part = queue.peek();
        while (part != null && !part.waits) {
            queue.remove();
            part = queue.peek();
        }
        return part;
    }

    /** Runs {@code action}, which tells the reader so many bytes, after all that was added is delivered. */
    void whenDelivered(long bytes, Runnable action) {
        synchronized (this) {
            end = action;
            endBytes = bytes;
            if (busy) {
                return;
            }
            busy = true;
        }
        start(true);
    }

    /** Delivers nothing more, frees what waits, then runs {@code action}, after a delivery that is under way. */
    void abort(long bytes, Runnable action) {
        synchronized (this) {
            stopped = true;
            end = action;
            endBytes = bytes;
            if (busy) {
                return;
            }
            busy = true;
        }
        start(true);
    }

    private void start(boolean here) {
        if (here) {
            drain(true);
            return;
        }
        try {
            executor.execute(() -> drain(false));
        } catch (RejectedExecutionException e) {
            // The engine is being closed, and has no other thread any more.
            drain(false);
        }
    }

    /** Passes all there is, until nothing is left; on a slot's thread only as long as no reader can hold it up. */
    private void drain(boolean here) {
        boolean told = true;
        while (true) {
            Part part;
            Spool spool = null;
            boolean whole = false;
            boolean handOver = false;
            Runnable action = null;
            synchronized (this) {
                if (stopped) {
                    freeAll();
                }
                part = stopped ? null : next();
                spool = part == null ? null : part.spool;
                if (part == null || spool == null) {
                    boolean over = stopped || ended == parts.length;
                    if (over && end != null && here && inline + endBytes >= INLINE_BYTES) {
                        handOver = true;
                    } else if (over) {
                        action = end;
                        end = null;
                    }
                    // The sink hears of a pause while nobody else may call it; what is added meanwhile is found after.
                    boolean pause = action == null && !told && !over;
                    busy = action != null || pause || handOver;
                    if (!busy) {
                        return;
                    }
                    told = true;
                } else {
                    whole = part.whole;
                    if (here) {
                        inline += spool.bytes() + 64;
                        handOver = !whole || inline >= INLINE_BYTES;
                    }
                    part.waits = handOver;
                }
            }
            if (handOver) {
                start(false);
                return;
            } else if (part != null && spool != null) {
                pass(part, spool, whole);
                told = false;
            } else if (action != null) {
                action.run();
                return;
            } else {
                pause();
            }
        }
    }

    private void pause() {
        try {
            sink.pause();
        } catch (IOException e) {
            onBroken.accept(e);
        }
    }

    private void pass(Part part, Spool spool, boolean whole) {
        try {
            if (part.passed != null && part.passed != spool) {
                sink.restart(part.index);
                part.passed = null;
            }
            ByteBuffer piece = take(spool, whole);
            while (piece != null) {
                part.passed = spool;
                sink.data(part.index, piece);
                piece = take(spool, whole);
            }
            if (whole) {
                sink.partitionEnd(part.index, spool.bytes(), spool.records());
            }
        } catch (IOException | SpillException e) {
            onBroken.accept(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            onBroken.accept(e);
        } finally {
            if (whole) {
                spool.close();
                ended(part);
            }
        }
    }

    private synchronized void ended(Part part) {
        parts[part.index] = Part.PASSED;
        ended++;
    }

    /** Returns what there is of an attempt; it never waits for more. */
    private static @Nullable ByteBuffer take(Spool spool, boolean whole) throws InterruptedException {
        if (whole) {
            return spool.next();
        }
        try {
            return spool.isReady() ? spool.next() : null;
        } catch (SpillException e) {
            // The attempt has failed, or its spool, of which the attempt hears as well; another one begins anew.
            return null;
        }
    }

    private void freeAll() {
        for (int i = 0; i < parts.length; i++) {
            Part part = parts[i];
            parts[i] = null;
            // Others belong to tasks that run.
            if (part != null && part.whole && part.spool != null) {
                part.spool.close();
            }
        }
    }
}
