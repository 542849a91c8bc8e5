// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

/**
 * What runs the leases of a {@link Schedule}: threads of this process, or executors. It asks the schedule for work by
 * itself; here it is told when that is worth while. All calls come under the schedule's lock, and must not wait.
 */
public interface Slots {
    /** {@return how many slots have nothing to do, apart from one that asks at this moment} */
    int idle();

    /**
     * Says that tasks have begun to wait.
     *
     * @param tasks how many
     */
    void wake(int tasks);

    /** Says that any slot may find something to do. */
    void wakeAll();
}
