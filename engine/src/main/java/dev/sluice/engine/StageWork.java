// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.StageSpec;

/**
 * What every task of a stage has in common, for whoever runs it.
 *
 * @param spec what workers are told
 * @param emits the partitions of the shuffle that the tasks write; {@link #RESULT} if their output is the job's result
 */
public record StageWork(StageSpec spec, int emits) {
    /** Stands for tasks that write to no shuffle. */
    public static final int RESULT = -1;

    /** {@return whether all tasks run at once, and may wait for each other} */
    public boolean together() {
        return spec.together() > 0;
    }
}
