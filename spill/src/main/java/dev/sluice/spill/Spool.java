// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of bytes between one writing and one reading thread, in which the writer never waits for the reader: what the
 * budget does not hold goes to disk. What was appended can be read at once, complete or not. Where one chunk ends and the
 * next begins is not kept.
 *
 * <p>{@link #close} and {@link #fail} may come from any thread at any time: both take the lock that every other step
 * takes, and wake the reader.
 */
public final class Spool implements AutoCloseable {
    private final MemoryBudget budget;
    private final SpillOptions options;
    private final Scratch scratch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<SpoolEntry> queue = new ArrayDeque<>();
    // The newest entry that no budget knows of. There is one at most, which bounds what is held without a grant.
    private @Nullable SpoolEntry unbudgeted;
    private @Nullable SpoolEntry reading;
    private @Nullable BlockOutput output;
    private int onDisk;
    private long bytes;
    private long records;
    private long spilled;
    private boolean complete;
    private boolean closed;
    private @Nullable Throwable failure;
    private final BlockInput input;

    /**
     * Makes an empty spool with the default sizes.
     *
     * @param budget where memory comes from
     * @param directories where files go
     */
    public Spool(MemoryBudget budget, SpillDirectories directories) {
        this(budget, directories, SpillOptions.defaults());
    }

    /**
     * Makes an empty spool.
     *
     * @param budget where memory comes from
     * @param directories where files go
     * @param options sizes; the floor is one block
     */
    public Spool(MemoryBudget budget, SpillDirectories directories, SpillOptions options) {
        this.budget = budget;
        this.options = options;
        this.scratch = new Scratch(directories);
        this.input = new BlockInput(scratch, options.codec());
    }

    /**
     * Adds bytes at the end. Called by the writer.
     *
     * @param chunk drained and copied
     * @return false if nobody will read them, because the spool was closed or failed; the writer may stop
     * @throws SpillException if no directory can take what must be spilled; the reader gets it too
     */
    public boolean append(ByteBuffer chunk) {
        while (chunk.hasRemaining()) {
            SpoolEntry victim;
            lock.lock();
            try {
                if (closed || failure != null) {
                    return false;
                }
                if (complete) {
                    throw new SpillException("bytes after the end of the spool: bytes=" + chunk.remaining());
                }
                bytes += fillLast(chunk);
                if (!chunk.hasRemaining() || addEntry(chunk.remaining())) {
                    continue;
                }
                victim = unbudgeted;
            } finally {
                lock.unlock();
            }
            if (victim != null) {
                toDisk(victim);
            }
        }
        return true;
    }

    private int fillLast(ByteBuffer chunk) {
        SpoolEntry last = queue.peekLast();
        int n = last == null ? 0 : last.fill(chunk);
        if (n > 0) {
            changed.signal();
        }
        return n;
    }

    /** Adds an empty entry, or returns false if the one without a grant must go to disk first. */
    private boolean addEntry(int wanted) {
        int size = (int) Math.min(options.blockBytes(), Math.max(wanted, bytes));
        long cost = size + (long) Segments.OVERHEAD;
        long granted = budget.tryAcquire(cost);
        if (granted < cost) {
            budget.release(granted);
            if (unbudgeted != null && unbudgeted.isQueued()) {
                return false;
            }
        }
        SpoolEntry entry = new SpoolEntry(size, granted < cost ? 0 : cost);
        if (granted < cost) {
            unbudgeted = entry;
        }
        queue.add(entry);
        return true;
    }

    /**
     * Writes an entry to disk without the lock. The reader may take it meanwhile: it then reads the same array, which
     * nobody changes any more, since the entry is full.
     */
    private void toDisk(SpoolEntry victim) {
        try {
            BlockOutput out = output;
            if (out == null) {
                out = new BlockOutput(scratch, options);
                output = out;
            }
            prepareScratch();
            long start = scratch.position();
            out.put(victim.view());
            out.flush();
            lock.lock();
            try {
                unbudgeted = null;
                spilled += scratch.position() - start;
                if (victim.isQueued()) {
                    victim.moveTo(start, scratch.position() - start);
                    onDisk++;
                }
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException e) {
            if (fail(e)) {
                throw e;
            }
        }
    }

    /** Begins again at the start of the file if the reader has caught up, so that it does not grow for ever. */
    private void prepareScratch() {
        lock.lock();
        try {
            if (onDisk == 0) {
                scratch.recycle();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the spool. Called by the writer.
     *
     * @param expectedBytes what the producer says it sent in all
     * @param recordsInAll how many records that is, for {@link #records}
     * @throws SpillException if another number of bytes was appended; the reader gets it too
     */
    public void complete(long expectedBytes, long recordsInAll) {
        lock.lock();
        try {
            if (expectedBytes == bytes || closed || failure != null) {
                records = recordsInAll;
                complete = true;
                changed.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        SpillException e = new SpillException(
                "task output is not whole: expected bytes=" + expectedBytes + " actual bytes=" + bytes);
        fail(e);
        throw e;
    }

    /**
     * Ends the spool with an error: the reader gets it from now on in place of bytes. The first error stays.
     *
     * @param cause what went wrong
     * @return false if the spool had failed or was closed before
     */
    public boolean fail(Throwable cause) {
        lock.lock();
        try {
            if (failure != null || closed) {
                return false;
            }
            failure = cause;
            drop();
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes bytes, waiting for them. Called by the reader.
     *
     * @return a read-only, not empty buffer that is valid until the next call, or null when all was read and the writer
     *     has called {@link #complete}
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws UnreadableRunException if spilled bytes are damaged
     * @throws SpillException if the writer failed, with its error as the cause, or if the spool was closed
     */
    public @Nullable ByteBuffer next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!ready()) {
                changed.await();
            }
            return takeLocked();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells whether {@link #next} would return at once.
     *
     * @return true if there are bytes, the end or an error
     */
    public boolean isReady() {
        lock.lock();
        try {
            return ready();
        } finally {
            lock.unlock();
        }
    }

    private boolean ready() {
        SpoolEntry head = queue.peekFirst();
        return (head != null && !head.isEmpty()) || complete || closed || failure != null;
    }

    private @Nullable ByteBuffer takeLocked() {
        releaseReading();
        if (closed) {
            throw new SpillException("spool is closed");
        }
        if (failure != null) {
            throw new SpillException("task output failed: " + failure.getMessage(), failure);
        }
        SpoolEntry head = queue.pollFirst();
        if (head == null || head.isEmpty()) {
            return null;
        }
        reading = head;
        head.dequeued();
        if (!head.isOnDisk()) {
            return head.view().asReadOnlyBuffer();
        }
        // Under the lock: the read is bounded by a block, and close must not pull the file away from under it.
        input.range(head.offset(), head.stored());
        try {
            return input.next();
        } catch (RuntimeException e) {
            fail(e);
            throw e;
        }
    }

    private void releaseReading() {
        SpoolEntry was = reading;
        reading = null;
        if (was != null) {
            budget.release(was.granted());
            if (was.isOnDisk()) {
                onDisk--;
            }
        }
    }

    private void drop() {
        releaseReading();
        for (SpoolEntry entry : queue) {
            budget.release(entry.granted());
            entry.dequeued();
        }
        queue.clear();
        unbudgeted = null;
    }

    /**
     * Tells how much was appended so far.
     *
     * @return bytes
     */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells how many records {@link #complete} was given.
     *
     * @return records, 0 before
     */
    public long records() {
        lock.lock();
        try {
            return records;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells how much went to disk.
     *
     * @return bytes with block headers
     */
    public long spilledBytes() {
        lock.lock();
        try {
            return spilled;
        } finally {
            lock.unlock();
        }
    }

    /** Frees memory and file and wakes the reader; closing again does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            drop();
            changed.signal();
            scratch.close();
        } finally {
            lock.unlock();
        }
    }
}
