// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.io.IOException;
import java.nio.ByteBuffer;

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
}
