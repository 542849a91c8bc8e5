// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of the system about processes, with two implementations: {@link NativeProcessCalls} and
 * {@link JdkProcessCalls}. It starts none: the JVM never forks.
 */
interface ProcessCalls {

    /** Names the means, for messages. */
    String describe();

    /** Holds a process, or null where there is none of that pid. */
    @Nullable
    ProcessRef open(long pid);

    /** Signals all members of a group; false where it has none. */
    boolean signalGroup(long group, Signal signal);

    /** Makes {@code pid} a member of {@code group} (its own group where they are equal). */
    void setGroup(long pid, long group);

    /** Asks that this process gets a signal when the parent of the calling thread's process ends; null clears it. */
    void parentDeathSignal(@Nullable Signal signal);
}
