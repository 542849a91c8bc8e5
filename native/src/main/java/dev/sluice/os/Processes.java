// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signals, process groups and the parent-death signal, by the C library where it loads and by the JDK where not. The
 * first call that needs the C library loads JNA, once.
 */
public final class Processes {

    private static final class Holder {
        static final ProcessCalls CALLS = choose(LibC.load());
    }

    private Processes() {}

    static ProcessCalls choose(Load<LibC> library) {
        return library.ok() ? NativeProcessCalls.probe() : new JdkProcessCalls(library.toString());
    }

    static ProcessCalls calls() {
        return Holder.CALLS;
    }

    /**
     * Takes hold of a process.
     *
     * @param pid any process of this user
     * @return the process, to be closed after use, or empty where there is none of that pid
     * @throws OsException where the kernel refuses, for example for want of descriptors
     */
    public static Optional<ProcessRef> open(long pid) {
        return Optional.ofNullable(calls().open(checked(pid)));
    }

    /**
     * Sends a signal to a pid that the caller knows to be still its own (an unreaped child's). For others hold a
     * {@link ProcessRef} from the time at which the pid was certain.
     *
     * @param pid the process
     * @param signal which
     * @return false where there is no such process
     * @throws OsException where it is refused
     */
    public static boolean signal(long pid, Signal signal) {
        try (ProcessRef process = calls().open(checked(pid))) {
            return process != null && process.signal(signal);
        }
    }

    /**
     * Sends a signal to all members of a process group.
     *
     * @param group the group's id, more than 1
     * @param signal which
     * @return false where the group has no members
     * @throws OsException where it is refused
     */
    public static boolean signalGroup(long group, Signal signal) {
        if (group <= 1) {
            // kill(-1) is everything of this user, kill(0) is our own group.
            throw new IllegalArgumentException("not a process group to signal: group=" + group);
        }
        return calls().signalGroup(group, signal);
    }

    /**
     * The process group of a process; pure Java.
     *
     * @param pid the process
     * @return its group's id, or -1 where there is no such process
     */
    public static long group(long pid) {
        ProcFs.Stat stat = ProcFs.stat(checked(pid));
        return stat == null ? -1 : stat.group();
    }

    /**
     * Moves a process to a group.
     *
     * @param pid this process or a child of it that has not yet executed another program
     * @param group the group; the pid itself to found one
     * @throws OsException where the kernel or the fallback refuses
     */
    public static void setGroup(long pid, long group) {
        calls().setGroup(checked(pid), checked(group));
    }

    /**
     * Asks the kernel for a signal to this process when its parent ends. The request belongs to the calling thread and
     * holds while that thread lives; and the parent that counts is the <em>thread</em> that made this process, so this
     * is right only under parents with one thread. A parent that ended before the call is not noticed: look at
     * {@code ProcessHandle.current().parent()} afterwards.
     *
     * @param signal which, or null to take the request back
     * @throws OsException where the C library cannot be loaded or refuses
     */
    public static void parentDeathSignal(@Nullable Signal signal) {
        calls().parentDeathSignal(signal);
    }

    private static long checked(long pid) {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a process id: pid=" + pid);
        }
        return pid;
    }
}
