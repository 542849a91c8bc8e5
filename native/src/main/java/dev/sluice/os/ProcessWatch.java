// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

/**
 * Tells of the end of any process of this user, whoever is its parent: one thread for all of them. Ends are learnt by
 * pidfd within microseconds, or by reading /proc every 20 ms where pidfd is not to be had.
 */
public interface ProcessWatch extends AutoCloseable {

    /** Undoes one {@link #watch}. */
    interface Watching extends AutoCloseable {
        /** Stops watching that process; its callback does not start any more, unless it is just starting. */
        @Override
        void close();
    }

    /**
     * Starts a watch with the best means of this machine; loads JNA.
     *
     * @return a running watch
     */
    static ProcessWatch start() {
        return Processes.calls() instanceof NativeProcessCalls calls && calls.hasPidfd()
                ? new PidfdWatch()
                : new ProcWatch(Processes.calls());
    }

    /**
     * Starts a watch in plain Java, for a start-up path that must not wait for JNA.
     *
     * @return a running watch
     */
    static ProcessWatch startPureJava() {
        return new ProcWatch(new JdkProcessCalls("pure Java was asked for"));
    }

    /**
     * Runs a callback when the process ends, also where it already has. A zombie has ended.
     *
     * @param pid the process
     * @param onEnd runs once on the watch's thread; it should be short, and what it throws is logged
     * @return a means to stop watching
     * @throws OsException where the process cannot be held, for example for want of descriptors
     * @throws IllegalStateException where this watch is closed
     */
    Watching watch(long pid, Runnable onEnd);

    /** Ends the thread and forgets all processes; callbacks that have not started will not. */
    @Override
    void close();
}
