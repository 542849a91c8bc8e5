// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;

/** What an executor tells its coordinator; the number stands in the frame's stream id. */
enum News {
    /** The tasks of a lease are about to be sent to a worker: the lease, the pid, and how many tasks. */
    STARTED(1),
    /** A piece of a task's result: the attempt, then the bytes. */
    RESULT(2),
    /** A task ended well. */
    SUCCEEDED(3),
    /** User code raised. */
    FAILED(4),
    /** A task did not come to an end of its own. */
    LOST(5),
    /** A task found that something it reads is damaged or gone. */
    LOST_BLOCK(6),
    /** Tasks that no worker has begun: the lease, and the attempts. */
    RETURNED(7),
    /** A task waits for all others of its stage. */
    MEET(8),
    /** The tasks of a lease can never be run: the lease, and why. */
    REFUSED(9),
    /** The executor failed at a lease: the lease, and how. */
    BROKEN(10),
    /** The slot of a lease is free: the lease. */
    OVER(11),
    /** What user code has printed: the program, the pid, stage and partition, then the bytes. */
    OUTPUT(12),
    /** The executor's processes and their memory, as JSON. */
    STATE(13),
    /** The answer to a question: its number, and JSON. */
    ANSWER(14);

    private static final News[] ALL = values();

    private final int number;

    News(int number) {
        this.number = number;
    }

    /** What stands for it in a frame. */
    int number() {
        return number;
    }

    static News of(int number) {
        if (number < 1 || number > ALL.length) {
            throw new ProtocolException("news that no coordinator of this version knows: number=" + number);
        }
        return ALL[number - 1];
    }
}
