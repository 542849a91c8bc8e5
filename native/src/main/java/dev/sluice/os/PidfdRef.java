// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A process held by a pidfd: signals cannot go astray and the end is an event, not a question asked again and again. */
final class PidfdRef implements ProcessRef {
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int SLICE_MILLIS = 100;

    private final long pid;
    private final Descriptor pidfd;

    private PidfdRef(long pid, Descriptor pidfd) {
        this.pid = pid;
        this.pidfd = pidfd;
    }

    /** Opens the pidfd (close-on-exec by the kernel's own choice), or returns null where there is no such process. */
    static @Nullable PidfdRef open(long pid) {
        int fd = (int) LibC.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0);
        if (fd >= 0) {
            return new PidfdRef(pid, new Descriptor(fd, "pidfd of " + pid));
        }
        int errno = LibC.errno();
        if (errno == Errno.ESRCH) {
            return null;
        }
        throw new OsException("pidfd_open failed: pid=" + pid, errno);
    }

    Descriptor descriptor() {
        return pidfd;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public boolean alive() {
        return !ended(0);
    }

    @Override
    public boolean signal(Signal signal) {
        int errno = pidfd.use(
                fd -> LibC.syscall(SYS_PIDFD_SEND_SIGNAL, fd, signal.number(), 0, 0, 0) == 0 ? 0 : LibC.errno());
        if (errno != 0 && errno != Errno.ESRCH) {
            throw new OsException("pidfd_send_signal failed: pid=" + pid + " signal=SIG" + signal, errno);
        }
        return errno == 0;
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
            // Short slices, because a thread inside poll(2) does not notice an interrupt and delays close().
            if (ended((int) Math.max(0, Math.min(left, SLICE_MILLIS)))) {
                return true;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for process " + pid);
            }
            if (left <= SLICE_MILLIS && System.nanoTime() - deadline >= 0) {
                return false;
            }
        }
    }

    private boolean ended(int timeoutMillis) {
        return pidfd.use(fd -> {
                    ByteBuffer set = Poll.set(1);
                    Poll.put(set, 0, fd);
                    return Poll.await(set, 1, timeoutMillis);
                })
                > 0;
    }

    @Override
    public void close() {
        pidfd.close();
    }

    @Override
    public String toString() {
        return "process pid=" + pid + " by pidfd";
    }
}
