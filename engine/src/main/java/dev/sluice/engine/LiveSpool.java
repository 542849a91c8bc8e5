// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The result of an attempt on its way to the job's reader, who may have it while the task still runs. */
final class LiveSpool implements ResultOutput {
    private final TaskRun task;
    private final Spool spool;
    /** Bytes since the job's reader last heard of it. */
    private int unpassed;

    LiveSpool(TaskRun task, Spool spool) {
        this.task = task;
        this.spool = spool;
    }

    Spool spool() {
        return spool;
    }

    @Override
    public void append(ByteBuffer piece) throws IOException {
        unpassed += piece.remaining();
        if (!spool.append(piece)) {
            throw new IOException("nobody reads the result any more");
        }
        if (unpassed >= Delivery.LIVE_BYTES) {
            unpassed = 0;
            task.stage().job().grew(task, spool);
        }
    }

    @Override
    public void complete(long bytes, long records) {
        spool.complete(bytes, records);
    }

    @Override
    public void close() {
        spool.close();
    }
}
