// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.nio.file.Path;
import java.util.Map;

/**
 * The memory of one process in bytes, as the kernel accounts it. PSS divides each shared page by the number of its
 * users, so it may be added up over processes; RSS may not.
 *
 * @param pid the process
 * @param rss resident set, shared pages counted whole
 * @param peakRss highest resident set so far
 * @param pss proportional set, or -1 where the kernel or its permissions do not tell
 * @param privateBytes pages that only this process maps, or -1 where not told
 */
public record ProcessMemory(long pid, long rss, long peakRss, long pss, long privateBytes) {

    /**
     * Reads a process's memory; pure Java. Reading PSS makes the kernel walk the page tables (about 1 ms a gigabyte).
     *
     * @param pid a process of this user
     * @return its memory now
     * @throws OsException where there is no such process
     */
    public static ProcessMemory of(long pid) {
        Map<String, Long> status = ProcFs.kilobytes(Path.of("/proc/" + pid + "/status"));
        if (status == null || ProcFs.stat(pid) == null) {
            throw new OsException("cannot read the memory of a process: pid=" + pid + "; there is no /proc/" + pid
                    + "/status, so it has ended or is not visible here");
        }
        Map<String, Long> rollup = ProcFs.kilobytes(Path.of("/proc/" + pid + "/smaps_rollup"));
        long pss = -1;
        long own = -1;
        if (rollup != null && rollup.containsKey("Pss")) {
            pss = rollup.getOrDefault("Pss", 0L);
            own = rollup.getOrDefault("Private_Clean", 0L) + rollup.getOrDefault("Private_Dirty", 0L);
        }
        return new ProcessMemory(pid, status.getOrDefault("VmRSS", 0L), status.getOrDefault("VmHWM", 0L), pss, own);
    }
}
