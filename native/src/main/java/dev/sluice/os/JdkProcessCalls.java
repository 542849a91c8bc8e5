// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes by ProcessHandle and /proc alone. It can end processes, and refuses what the JDK has no call for. */
final class JdkProcessCalls implements ProcessCalls {
    private final String why;

    /** Takes what was tried before, to say so when it refuses. */
    JdkProcessCalls(String why) {
        this.why = why;
    }

    @Override
    public String describe() {
        return "ProcessHandle, signals TERM and KILL only; " + why;
    }

    @Override
    public @Nullable ProcessRef open(long pid) {
        return ProcRef.open(pid, this::send);
    }

    @Override
    public boolean signalGroup(long group, Signal signal) {
        requireKnown(signal);
        List<ProcessHandle> members = ProcessHandle.allProcesses()
                .filter(handle -> {
                    ProcFs.Stat stat = ProcFs.stat(handle.pid());
                    return stat != null && stat.group() == group;
                })
                .toList();
        boolean any = false;
        for (ProcessHandle member : members) {
            any |= send(member.pid(), signal);
        }
        return any;
    }

    @Override
    public void setGroup(long pid, long group) {
        throw refused("setpgid pid=" + pid + " group=" + group);
    }

    @Override
    public void parentDeathSignal(@Nullable Signal signal) {
        throw refused("a parent-death signal");
    }

    private boolean send(long pid, Signal signal) {
        requireKnown(signal);
        ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
        if (handle == null) {
            return false;
        }
        if (pid == ProcessHandle.current().pid()) {
            throw refused("a signal to this very process");
        }
        return signal == Signal.KILL ? handle.destroyForcibly() : handle.destroy();
    }

    private void requireKnown(Signal signal) {
        if (signal != Signal.TERM && signal != Signal.KILL) {
            throw refused("signal=SIG" + signal);
        }
    }

    private OsException refused(String operation) {
        return new OsException(operation + " is refused: the JDK alone cannot; " + why);
    }
}
