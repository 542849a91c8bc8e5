// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;

/**
 * What a coordinator tells an executor; the number stands in the frame's stream id. Numbers are frozen within a version:
 * both sides come from one installation.
 */
enum Order {
    /** A program begins: its number, and what its driver said, as JSON. */
    PROGRAM,
    /** A context of a program begins: its number, and its settings, as JSON. */
    CONTEXT,
    /** A context of a program has ended: its number, and the broadcasts to drop. */
    CLEAR,
    /** A program has ended: its number. */
    END,
    /** What the tasks of a stage have in common. */
    STAGE,
    /** Tasks to run in one slot. */
    LEASE,
    /** End the tasks of a lease: its number. */
    KILL,
    /** Give back the tasks of a lease that no worker has begun: its number. */
    REVOKE,
    /** All tasks of a barrier stage wait: the attempt, whether it was refused, and the messages or the reason. */
    MET,
    /** Free outputs that nobody reads any more: the program, and their numbers. */
    FREE,
    /** Forget a broadcast: the program, and its id. */
    DROP,
    /** Let a worker forget what it keeps of a cached node: the program, the pid, and the node. */
    UNCACHE,
    /** Tell of a program: the number of the question, and the program's. */
    ASK;

    private static final Order[] ALL = values();

    static Order of(int number) {
        if (number < 0 || number >= ALL.length) {
            throw new ProtocolException("an order that no executor of this version knows: number=" + number);
        }
        return ALL[number];
    }
}
