// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.engine.ResultOutput;
import java.nio.ByteBuffer;

/** Sends a task's result to the coordinator, piece by piece as it comes. */
final class RemoteResult implements ResultOutput {
    private final Outbox outbox;
    private final ByteBuffer attempt = ByteBuffer.allocate(Long.BYTES);
    private long sent;

    RemoteResult(Outbox outbox, long attemptId) {
        this.outbox = outbox;
        attempt.putLong(0, attemptId);
    }

    @Override
    public void append(ByteBuffer piece) {
        sent += piece.remaining();
        outbox.tell(News.RESULT, attempt.duplicate(), piece);
    }

    @Override
    public void complete(long bytes, long records) {
        if (bytes != sent) {
            throw new SluiceException("task output is not whole: expected bytes=" + bytes + " actual bytes=" + sent);
        }
    }

    @Override
    public void close() {
        // What was sent is the coordinator's.
    }
}
