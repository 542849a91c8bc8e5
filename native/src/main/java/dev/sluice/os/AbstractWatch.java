// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The bookkeeping that both watches share. Everything mutable is guarded by this object's monitor, except waiting
 * itself, which holds nothing.
 */
abstract class AbstractWatch implements ProcessWatch {
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable Thread thread;
    private boolean closed;

    /** One watched process. Whoever turns {@code done} owns the entry: the thread to call back, or a closer. */
    final class Entry implements Watching {
        private final @Nullable ProcessRef process;
        private final Runnable onEnd;
        private final AtomicBoolean done = new AtomicBoolean();

        Entry(@Nullable ProcessRef process, Runnable onEnd) {
            this.process = process;
            this.onEnd = onEnd;
        }

        @Nullable
        ProcessRef process() {
            return process;
        }

        boolean ended() {
            try {
                return process == null || !process.alive();
            } catch (OsException e) {
                if (done.get()) {
                    return false; // its closer was faster
                }
                throw e;
            }
        }

        @Override
        public void close() {
            if (done.compareAndSet(false, true)) {
                forget(this);
            }
        }
    }

    abstract @Nullable ProcessRef hold(long pid);

    /** Waits until an entry may have ended, or {@link #wake} is called. */
    abstract void waitForNews(List<Entry> watched) throws InterruptedException;

    abstract void wake();

    /** Frees what waiting needs, after the thread has ended. */
    abstract void release();

    @Override
    public final Watching watch(long pid, Runnable onEnd) {
        ProcessRef process = hold(pid);
        Entry entry = new Entry(process, onEnd);
        synchronized (this) {
            if (closed) {
                if (process != null) {
                    process.close();
                }
                throw new IllegalStateException("the process watch is closed: pid=" + pid);
            }
            entries.add(entry);
            if (thread == null) {
                thread = new Thread(this::run, "sluice-process-watch");
                thread.setDaemon(true);
                thread.start();
            }
        }
        wake();
        return entry;
    }

    private void run() {
        try {
            while (true) {
                List<Entry> watched;
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    watched = List.copyOf(entries);
                }
                for (Entry entry : watched) {
                    if (!entry.done.get() && entry.ended() && entry.done.compareAndSet(false, true)) {
                        forget(entry);
                        call(entry.onEnd);
                    }
                }
                if (!isClosed()) { // a callback may have closed us
                    waitForNews(watched);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void call(Runnable onEnd) {
        try {
            onEnd.run();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(ProcessWatch.class).warn("a callback at a process's end failed", e);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void forget(Entry entry) {
        synchronized (this) {
            entries.remove(entry);
        }
        wake();
        if (entry.process != null) {
            entry.process.close();
        }
    }

    @Override
    public final void close() {
        Thread running;
        List<Entry> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = thread;
            left = List.copyOf(entries);
        }
        wake();
        boolean interrupted = false;
        while (running != null && running != Thread.currentThread() && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        left.forEach(Entry::close);
        release();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
