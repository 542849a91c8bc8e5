// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes what a task emits. Called by the thread that runs the task, in the order of emission. */
public interface TaskOutput {
    /**
     * Takes a piece of an output stream.
     *
     * @param stream the stream's number
     * @param piece bytes that are valid until this call returns
     * @throws IOException if they cannot be kept; the task is then lost to this attempt
     */
    void data(int stream, ByteBuffer piece) throws IOException;

    /**
     * Says that the task waits for all others of its stage. The worker waits for the reply, its thread here does not.
     *
     * @param gather whether it wants the others' messages; else it only waits
     * @param message what it has for the others
     * @param reply where to send the answer, from any thread, once
     * @throws IOException if this task has no others
     */
    default void meet(boolean gather, String message, Reply reply) throws IOException {
        throw new IOException("a task waits for others outside of a barrier stage");
    }

    /** Ends a task's wait for the others of its stage. */
    interface Reply {
        /**
         * All tasks wait.
         *
         * @param messages theirs, in the order of the partitions
         */
        void met(List<String> messages);

        /**
         * The wait is in vain.
         *
         * @param reason why, for the error that the waiting call raises
         */
        void refused(String reason);
    }
}
