// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.os.OsException;
import dev.sluice.os.ProcessMemory;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Measures processes. */
final class ProcessStates {
    private ProcessStates() {}

    static List<ProcessState> of(WorkerPool pool, long driver) {
        List<ProcessState> states = new ArrayList<>();
        add(states, driver, "driver", "runs", Set.of());
        add(states, ProcessHandle.current().pid(), "jvm", "runs", Set.of());
        boolean zygote = true;
        for (long pid : pool.zygotePids()) {
            add(states, pid, zygote ? "zygote" : "generation", "waits", Set.of());
            zygote = false;
        }
        for (Worker worker : pool.workers()) {
            add(states, worker.pid(), "worker", worker.leased() ? "busy" : "idle", worker.broadcasts());
        }
        return states;
    }

    private static void add(List<ProcessState> states, long pid, String role, String status, Set<Long> broadcasts) {
        try {
            ProcessMemory memory = ProcessMemory.of(pid);
            states.add(new ProcessState(
                    pid, role, status, memory.pss(), memory.privateBytes(), List.copyOf(new TreeSet<>(broadcasts)), 0));
        } catch (OsException e) {
            // It has ended meanwhile.
        }
    }
}
