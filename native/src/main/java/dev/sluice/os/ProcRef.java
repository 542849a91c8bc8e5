// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A process held by its pid and start time, read from /proc. */
final class ProcRef implements ProcessRef {
    private static final long PERIOD_MILLIS = 5;

    /** How a signal gets to a pid. */
    interface Sender {
        boolean send(long pid, Signal signal);
    }

    private final long pid;
    private final long startTicks;
    private final Sender sender;

    private ProcRef(long pid, long startTicks, Sender sender) {
        this.pid = pid;
        this.startTicks = startTicks;
        this.sender = sender;
    }

    static @Nullable ProcRef open(long pid, Sender sender) {
        ProcFs.Stat stat = ProcFs.stat(pid);
        return stat == null ? null : new ProcRef(pid, stat.startTicks(), sender);
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public boolean alive() {
        ProcFs.Stat now = ProcFs.stat(pid);
        return now != null && now.startTicks() == startTicks && now.alive();
    }

    @Override
    public boolean signal(Signal signal) {
        ProcFs.Stat now = ProcFs.stat(pid);
        // A zombie takes signals without effect, as it does by pidfd; only a pid that is gone or reused is false.
        return now != null && now.startTicks() == startTicks && sender.send(pid, signal);
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (alive()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(PERIOD_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    @Override
    public String toString() {
        return "process pid=" + pid + " started=" + startTicks;
    }
}
