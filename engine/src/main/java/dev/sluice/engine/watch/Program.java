// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine.watch;

import dev.sluice.engine.CachedDataset;
import java.util.List;

/**
 * A program that pages are shown of: one that runs in this process or at its executors, or one that was recorded. It
 * only answers; whoever adds it to a {@link WebUi} removes it at its end. To test with it, implement it with a
 * {@link JobHistory} that is fed by hand.
 */
public interface Program {
    /** {@return what is fixed about it} */
    ProgramInfo info();

    /** {@return what it did and does} */
    JobHistory history();

    /** {@return a number that is another once there is something new to show} */
    default long changes() {
        return history().changes();
    }

    /** {@return its processes as they are now; measured when it is asked for} */
    List<ProgramState.ProcessState> processes();

    /** {@return its cached datasets} */
    List<CachedDataset> cached();

    /** {@return how full its stores are now} */
    List<ProgramState.Budget> budgets();

    /** {@return all of this together} */
    default ProgramState state() {
        return new ProgramState(processes(), cached(), budgets());
    }

    /**
     * Returns what its tasks printed lately.
     *
     * @param filter which of it
     * @return lines, the oldest first
     */
    List<OutputLine> output(OutputFilter filter);

    /**
     * Cancels jobs, or ends the program.
     *
     * @param job the job's number, or a negative number for the whole program
     * @param reason why, for the error that the program gets
     * @return whether there was such a job and this can be done
     */
    boolean kill(long job, String reason);
}
