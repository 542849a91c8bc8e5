// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

/** The signals that a program of ours sends or meets, with their numbers on Linux (x86-64 and aarch64 agree). */
public enum Signal {
    /** Hang-up. */
    HUP(1),
    /** Interrupt, as by Ctrl-C. */
    INT(2),
    /** Quit with a core; a JVM prints its threads. */
    QUIT(3),
    /** Illegal instruction. */
    ILL(4),
    /** Abort. */
    ABRT(6),
    /** Bus error: often a page of a file on a full tmpfs. */
    BUS(7),
    /** Arithmetic fault. */
    FPE(8),
    /** End at once; cannot be caught. */
    KILL(9),
    /** User signal 1. */
    USR1(10),
    /** Invalid memory reference. */
    SEGV(11),
    /** User signal 2. */
    USR2(12),
    /** Write without a reader. */
    PIPE(13),
    /** Timer. */
    ALRM(14),
    /** Polite request to end. */
    TERM(15),
    /** Continue after a stop. */
    CONT(18),
    /** Stop; cannot be caught. */
    STOP(19),
    /** Processor time limit. */
    XCPU(24),
    /** File size limit. */
    XFSZ(25);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /**
     * The number that the kernel knows.
     *
     * @return the signal's number
     */
    public int number() {
        return number;
    }

    /**
     * A name for a number, for messages about a death.
     *
     * @param number any signal number
     * @return for example {@code SIGKILL}, or {@code signal 34} for one without a name here
     */
    public static String describe(int number) {
        for (Signal signal : values()) {
            if (signal.number == number) {
                return "SIG" + signal.name();
            }
        }
        return "signal " + number;
    }
}
