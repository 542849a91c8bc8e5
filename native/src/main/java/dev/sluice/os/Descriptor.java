// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntUnaryOperator;

/**
 * An open descriptor that we own and close ourselves: a received one, a FIFO, a memory file. Reads and writes never
 * block. A call in progress delays {@link #close}, so a number is never used after the kernel has given it away.
 */
public final class Descriptor implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NOFOLLOW = System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;

    private final int number;
    private final String what;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    Descriptor(int number, String what) {
        this.number = number;
        this.what = what;
    }

    /**
     * Makes a FIFO that only this user may open.
     *
     * @param path where; nothing may be there yet
     * @throws OsException where the C library cannot be loaded or refuses
     */
    public static void makeFifo(Path path) {
        LibC.load().orRefuse("making a FIFO");
        if (LibC.mkfifo(LibC.text(path.toString()), 0600) != 0) {
            throw new OsException("mkfifo failed: path=" + path, LibC.errno());
        }
    }

    /**
     * Opens a FIFO without waiting for its other side.
     *
     * @param path the FIFO
     * @param alsoWrite true to hold the writing end as well: writes are allowed and end-of-file is never seen
     * @return the open descriptor
     * @throws OsException where the C library cannot be loaded (the JDK has no read of a shared FIFO that cannot block)
     *     or refuses
     */
    public static Descriptor openFifo(Path path, boolean alsoWrite) {
        LibC.load().orRefuse("a non-blocking read of a FIFO");
        int flags = (alsoWrite ? O_RDWR : 0) | O_NONBLOCK | O_CLOEXEC;
        int fd = LibC.open(LibC.text(path.toString()), flags, 0);
        if (fd < 0) {
            throw new OsException("open failed: path=" + path, LibC.errno());
        }
        return new Descriptor(fd, path.toString());
    }

    /** A second descriptor of an existing plain file, for calls that need a number; the JDK hides its own. */
    static Descriptor openForAllocation(Path path) {
        int fd = LibC.open(LibC.text(path.toString()), O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0);
        if (fd < 0) {
            throw new OsException("open failed: path=" + path, LibC.errno());
        }
        return new Descriptor(fd, path.toString());
    }

    /**
     * The descriptor's number, for handing on; valid until it is closed.
     *
     * @return the number
     */
    public int number() {
        return number;
    }

    /**
     * A path under which any process of this user can open the same file while this descriptor is open.
     *
     * @return {@code /proc/PID/fd/N}
     */
    public Path path() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + number);
    }

    /**
     * Reads what is there, without blocking.
     *
     * @param target receives the bytes; its position advances
     * @return bytes read, 0 where nothing is there now, -1 at end-of-file
     * @throws OsException where the read fails
     */
    public int read(ByteBuffer target) {
        boolean direct = target.isDirect();
        ByteBuffer buffer = direct ? target : LibC.allocate(Math.min(target.remaining(), 1 << 16));
        int count = buffer.remaining();
        long address = LibC.address(buffer) + buffer.position();
        int done = retried("read", buffer, fd -> (int) LibC.read(fd, address, count));
        if (done > 0 && !direct) {
            target.put(buffer.limit(done));
        } else if (done > 0) {
            target.position(target.position() + done);
        }
        // A count of zero asked for nothing: that is not the end of the file.
        return done == 0 && count > 0 ? -1 : Math.max(done, 0);
    }

    /**
     * Writes what fits, without blocking.
     *
     * @param source the bytes; its position advances
     * @return bytes written, 0 where there is no room now
     * @throws OsException where the write fails, also where nobody has the reading end open
     */
    public int write(ByteBuffer source) {
        ByteBuffer buffer = source;
        if (!source.isDirect()) {
            ByteBuffer part = source.slice(source.position(), Math.min(source.remaining(), 1 << 16));
            buffer = LibC.allocate(part.remaining()).put(part).flip();
        }
        int count = buffer.remaining();
        long address = LibC.address(buffer) + buffer.position();
        int done = Math.max(retried("write", buffer, fd -> (int) LibC.write(fd, address, count)), 0);
        source.position(source.position() + done);
        return done;
    }

    /** Runs a call on the number while it certainly is ours. */
    int use(IntUnaryOperator call) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new OsException("descriptor is closed: " + this);
            }
            return call.applyAsInt(number);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The call's count, or -1 for not now. */
    private int retried(String name, ByteBuffer buffer, IntUnaryOperator call) {
        while (true) {
            int done = use(fd -> {
                try {
                    int result = call.applyAsInt(fd);
                    return result < 0 ? -LibC.errno() : result;
                } finally {
                    Reference.reachabilityFence(buffer);
                }
            });
            if (done >= 0) {
                return done;
            } else if (done == -Errno.EAGAIN) {
                return -1;
            } else if (done != -Errno.EINTR) {
                throw new OsException(name + " failed: " + this, -done);
            }
        }
    }

    boolean isClosed() {
        lock.readLock().lock();
        try {
            return closed;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                LibC.close(number);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "fd=" + number + " (" + what + ")";
    }
}
