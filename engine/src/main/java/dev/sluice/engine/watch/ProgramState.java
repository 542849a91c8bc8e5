// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.CachedDataset;
import java.util.List;

/**
 * How a program's processes and stores are at one moment.
 *
 * @param processes its processes
 * @param cached its cached datasets
 * @param budgets how full its stores are
 */
public record ProgramState(List<ProcessState> processes, List<CachedDataset> cached, List<Budget> budgets) {
    /**
     * A process.
     *
     * @param pid its number
     * @param role {@code driver}, {@code jvm}, {@code zygote}, {@code generation}, {@code worker} or {@code executor}
     * @param status what it does
     * @param pss its memory in bytes, shared pages in proportion; -1 if that cannot be read
     * @param privateBytes memory in bytes that only it has; -1 if that cannot be read
     * @param broadcasts the broadcasts that it holds
     * @param executor the executor that it serves, by its process; 0 if there are none
     */
    public record ProcessState(
            long pid, String role, String status, long pss, long privateBytes, List<Long> broadcasts, long executor) {}

    /**
     * A budget of memory.
     *
     * @param name what it is for
     * @param used bytes that are taken
     * @param limit bytes that there are
     */
    public record Budget(String name, long used, long limit) {}
}
