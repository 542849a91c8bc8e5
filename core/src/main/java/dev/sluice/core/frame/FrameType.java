// SPDX-License-Identifier: Apache-2.0
package dev.sluice.core.frame;

import dev.sluice.core.ProtocolException;
import org.jspecify.annotations.Nullable;

/** What a frame says. The codes are frozen: a new meaning gets a new code. */
public enum FrameType {
    /** First frame of every connection: versions and role, as JSON. */
    HELLO(1),
    /** The other side is not accepted; the payload says why. */
    REFUSED(2),

    /** To a zygote: fork a worker. */
    FORK(10),
    /** From a zygote: a process was forked; pid and request. */
    FORKED(11),
    /** From a zygote: a child ended; pid, wait status, peak memory. */
    EXITED(12),
    /** To a zygote: fork a generation that loads broadcasts. */
    LOAD(13),
    /** From a zygote: a request failed; the payload says why. */
    ZYGOTE_FAILED(14),
    /** To a zygote: signal a child. */
    SIGNAL(15),

    /** To a worker: a stage's commands, broadcasts and settings. */
    STAGE(20),
    /** To a worker: run one task. */
    TASK(21),
    /** To a worker: a piece of an input stream. */
    INPUT(22),
    /** From a worker: it waits for the next piece of an input stream. */
    NEED(23),
    /** From a worker: a piece of an output stream. */
    DATA(24),
    /** From a worker: the task succeeded; counts, times, accumulator updates. */
    END(25),
    /** From a worker: user code raised. */
    FAIL(26),
    /** To a worker: forget broadcasts. */
    DROP(27),
    /** From a worker: its task waits for all others of its stage; its message for them. */
    BARRIER(28),
    /** To a worker: all tasks of its stage wait; their messages, or why they do not. */
    GATHERED(29),

    /** From a driver: a plan's new nodes and a job over them. */
    SUBMIT(40),
    /** To a driver: a piece of a partition's result. */
    RESULT(41),
    /** To a driver: a partition's result is whole; bytes and records. */
    PARTITION_END(42),
    /** To a driver: the job succeeded. */
    JOB_END(43),
    /** To a driver: the job failed; the payload says why. */
    JOB_FAILED(44),
    /** From a driver: stop the job that runs on this connection. */
    CANCEL(45),
    /** From a driver: a control call, as JSON. */
    CALL(46),
    /** To a driver: the answer to a call. */
    REPLY(47),
    /** To a driver: bytes that user code wrote to descriptors 1 and 2. */
    OUTPUT(48),
    /** To a driver: progress of stages. */
    PROGRESS(49),
    /** To a driver: what came of a partition's result is void, its task was lost; all comes anew. */
    RESTART(50),

    /** To an executor: what to do; the stream id says which order it is. */
    ORDER(60),
    /** From an executor: what has happened; the stream id says which news it is. */
    NEWS(61);

    private static final @Nullable FrameType[] BY_CODE = new FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /**
     * Returns the byte that stands for this type.
     *
     * @return 0 to 255
     */
    public int code() {
        return code;
    }

    /**
     * Finds the type of a code.
     *
     * @param code the byte, 0 to 255
     * @return the type
     * @throws ProtocolException if no type has this code
     */
    public static FrameType of(int code) {
        FrameType type = BY_CODE[code & 0xff];
        if (type == null) {
            throw new ProtocolException("unknown frame type: code=" + (code & 0xff)
                    + "; the other side is not Sluice or its stream is damaged");
        }
        return type;
    }
}
