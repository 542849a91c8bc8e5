// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;

/**
 * What a coordinator tells an executor; the number stands in the frame's stream id. Numbers are frozen within a version:
 * both sides come from one installation.
 */
enum Order {
    /** A program begins: its number, and what its driver said, as JSON. */
    PROGRAM(1),
    /** A context of a program begins: the program's number, the context's, and its settings, as JSON. */
    CONTEXT(2),
    /** A context of a program has ended: the program's number, the context's, and the broadcasts to drop. */
    CLEAR(3),
    /** A program has ended: its number. */
    END(4),
    /** What the tasks of a stage have in common: the program, the stage's number in this executor, and the rest. */
    STAGE(5),
    /** Tasks to run in one slot. */
    LEASE(6),
    /** End the tasks of a lease: its number. */
    KILL(7),
    /** Give back the tasks of a lease that no worker has begun: its number. */
    REVOKE(8),
    /** All tasks of a barrier stage wait: the attempt, whether it was refused, and the messages or the reason. */
    MET(9),
    /** Free outputs that nobody reads any more: the program, and their numbers. */
    FREE(10),
    /** Forget a broadcast: the program, and its id. */
    DROP(11),
    /** Let a worker forget what it keeps of a cached node: the program, the pid, and the node. */
    UNCACHE(12),
    /** Tell of a program: the number of the question, and the program's. */
    ASK(13);

    private static final Order[] ALL = values();

    private final int number;

    Order(int number) {
        this.number = number;
    }

    /** What stands for it in a frame. */
    int number() {
        return number;
    }

    static Order of(int number) {
        if (number < 1 || number > ALL.length) {
            throw new ProtocolException("an order that no executor of this version knows: number=" + number);
        }
        return ALL[number - 1];
    }
}
