// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import org.jspecify.annotations.Nullable;

/** Processes by the C library; by pidfd where the kernel has it, else by kill(2) after a look at the start time. */
final class NativeProcessCalls implements ProcessCalls {
    private static final int PR_SET_PDEATHSIG = 1;

    private final boolean pidfd;
    private final String tried;

    private NativeProcessCalls(boolean pidfd, String tried) {
        this.pidfd = pidfd;
        this.tried = tried;
    }

    /** Tries the kernel's pidfd once, on this very process; seccomp filters of containers may refuse it, too. */
    static NativeProcessCalls probe() {
        try (PidfdRef self = PidfdRef.open(ProcessHandle.current().pid())) {
            return new NativeProcessCalls(self != null && self.alive(), "pidfd_open: ok");
        } catch (OsException e) {
            return new NativeProcessCalls(false, e.getMessage() + "; kill: ok");
        }
    }

    static NativeProcessCalls withoutPidfd() {
        return new NativeProcessCalls(false, "pidfd_open: not asked; kill: ok");
    }

    boolean hasPidfd() {
        return pidfd;
    }

    @Override
    public String describe() {
        return (pidfd ? "pidfd" : "kill(2)") + " (tried " + tried + ")";
    }

    @Override
    public @Nullable ProcessRef open(long pid) {
        return pidfd ? PidfdRef.open(pid) : ProcRef.open(pid, NativeProcessCalls::kill);
    }

    @Override
    public boolean signalGroup(long group, Signal signal) {
        return kill(-group, signal);
    }

    @Override
    public void setGroup(long pid, long group) {
        if (LibC.setpgid((int) pid, (int) group) != 0) {
            throw new OsException("setpgid failed: pid=" + pid + " group=" + group, LibC.errno());
        }
    }

    @Override
    public void parentDeathSignal(@Nullable Signal signal) {
        if (LibC.prctl(PR_SET_PDEATHSIG, signal == null ? 0 : signal.number(), 0, 0, 0) != 0) {
            throw new OsException("prctl failed: option=PR_SET_PDEATHSIG signal=" + signal, LibC.errno());
        }
    }

    private static boolean kill(long target, Signal signal) {
        if (LibC.kill((int) target, signal.number()) == 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno == Errno.ESRCH) {
            return false;
        }
        throw new OsException("kill failed: target=" + target + " signal=SIG" + signal, errno);
    }
}
