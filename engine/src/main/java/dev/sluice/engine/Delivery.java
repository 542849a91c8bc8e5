// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.SpillException;
import dev.sluice.spill.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hands a job's results to its sink in the order of the partitions, or as they come. Little data goes out on the thread that finished a
 * task, which saves a hand-over; more goes out on a thread of its own, so that a slow reader never holds a slot.
 */
final class Delivery {
    /** Less than a socket's buffer: writing this much never waits, whatever the reader does. */
    private static final long INLINE_BYTES = 64 << 10;

    private final ResultSink sink;
    private final Executor executor;
    private final Consumer<Exception> onBroken;
    private final @Nullable Spool[] ready;
    /** Which partition is handed over in which place. */
    private final int[] places;

    private final boolean ordered;
    private int came;
    private int next;
    private long inline;
    private boolean busy;
    private boolean stopped;
    private @Nullable Runnable end;

    Delivery(ResultSink sink, int partitions, boolean ordered, Executor executor, Consumer<Exception> onBroken) {
        this.sink = sink;
        this.executor = executor;
        this.onBroken = onBroken;
        this.ready = new @Nullable Spool[partitions];
        this.ordered = ordered;
        this.places = IntStream.range(0, partitions).toArray();
    }

    void add(int index, Spool spool) {
        boolean here;
        synchronized (this) {
            if (stopped) {
                spool.close();
                return;
            }
            int place = ordered ? index : came++;
            places[place] = index;
            ready[place] = spool;
            if (busy || place != next) {
                return;
            }
            busy = true;
            inline += spool.bytes() + 64;
            here = inline < INLINE_BYTES;
        }
        start(here);
    }

    /** Runs {@code action} after all that was added is delivered. */
    void whenDelivered(Runnable action) {
        synchronized (this) {
            end = action;
            if (busy) {
                return;
            }
            busy = true;
        }
        start(inline < INLINE_BYTES);
    }

    /** Delivers nothing more, frees what waits, then runs {@code action}, after a delivery that is under way. */
    void abort(Runnable action) {
        synchronized (this) {
            stopped = true;
            end = action;
            if (busy) {
                return;
            }
            busy = true;
        }
        start(true);
    }

    private void start(boolean here) {
        if (here) {
            drain();
        } else {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        boolean told = true;
        while (true) {
            Spool spool;
            int place;
            Runnable action = null;
            synchronized (this) {
                place = next;
                spool = place < ready.length ? ready[place] : null;
                if (stopped) {
                    freeAll();
                    spool = null;
                }
                if (spool == null) {
                    if (stopped || place == ready.length) {
                        action = end;
                        end = null;
                    }
                    // The sink hears of a pause while nobody else may call it; what is added meanwhile is found after.
                    boolean pause = action == null && !told && place < ready.length;
                    busy = action != null || pause;
                    if (!busy) {
                        return;
                    }
                    told = true;
                } else {
                    ready[place] = null;
                    next++;
                }
            }
            if (spool != null) {
                pass(places[place], spool);
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

    private void pass(int index, Spool spool) {
        try (spool) {
            ByteBuffer piece = spool.next();
            while (piece != null) {
                sink.data(index, piece);
                piece = spool.next();
            }
            sink.partitionEnd(index, spool.bytes(), spool.records());
        } catch (IOException | SpillException e) {
            onBroken.accept(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            onBroken.accept(e);
        }
    }

    private void freeAll() {
        for (int i = 0; i < ready.length; i++) {
            Spool spool = ready[i];
            ready[i] = null;
            if (spool != null) {
                spool.close();
            }
        }
    }
}
