// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;

/** What an executor tells its coordinator; the number stands in the frame's stream id. */
enum News {
    /** The tasks of a lease are about to be sent to a worker: the lease, the pid, and how many tasks. */
    STARTED,
    /** A piece of a task's result: the attempt, then the bytes. */
    RESULT,
    /** A task ended well. */
    SUCCEEDED,
    /** User code raised. */
    FAILED,
    /** A task did not come to an end of its own. */
    LOST,
    /** A task found that something it reads is damaged or gone. */
    LOST_BLOCK,
    /** Tasks that no worker has begun: the lease, and the attempts. */
    RETURNED,
    /** A task waits for all others of its stage. */
    MEET,
    /** The tasks of a lease can never be run: the lease, and why. */
    REFUSED,
    /** The executor failed at a lease: the lease, and how. */
    BROKEN,
    /** The slot of a lease is free: the lease. */
    OVER,
    /** What user code has printed: the program, the pid, stage and partition, then the bytes. */
    OUTPUT,
    /** The executor's processes and their memory, as JSON. */
    STATE,
    /** The answer to a question: its number, and JSON. */
    ANSWER;

    private static final News[] ALL = values();

    static News of(int number) {
        if (number < 0 || number >= ALL.length) {
            throw new ProtocolException("news that no coordinator of this version knows: number=" + number);
        }
        return ALL[number];
    }
}
