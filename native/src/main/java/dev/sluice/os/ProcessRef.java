// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.time.Duration;

/**
 * One particular process: unlike a pid, it never comes to mean another one. Made by {@link Processes#open}. It holds a
 * pidfd where the kernel has them, else the pid and its start time, which leaves a gap of microseconds between check and
 * signal.
 */
public interface ProcessRef extends AutoCloseable {

    /**
     * The process's id.
     *
     * @return the pid, meaningful to others only while the process is alive
     */
    long pid();

    /**
     * Whether the process still runs; a zombie does not.
     *
     * @return true while it runs
     */
    boolean alive();

    /**
     * Sends a signal.
     *
     * @param signal which
     * @return false where the process has already ended
     * @throws OsException where the kernel refuses, or this implementation cannot send that signal
     */
    boolean signal(Signal signal);

    /**
     * Waits for the process's end. This does not reap a child; its parent still has to.
     *
     * @param timeout how long at most
     * @return true when it has ended, false when time ran out
     * @throws InterruptedException when this thread was interrupted (noticed within 100 ms)
     */
    boolean await(Duration timeout) throws InterruptedException;

    /** Releases the reference; the process is not touched. */
    @Override
    void close();
}
