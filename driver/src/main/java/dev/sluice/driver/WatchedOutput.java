// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.engine.Event;
import dev.sluice.engine.EventBus;
import dev.sluice.worker.OutputListener;
import java.nio.ByteBuffer;

/** Passes output on, and tells of workers' lives. */
record WatchedOutput(OutputListener output, EventBus events) implements OutputListener {
    @Override
    public void output(long pid, int stage, int partition, ByteBuffer piece) {
        output.output(pid, stage, partition, piece);
    }

    @Override
    public void started(long pid, long parent) {
        events.post(new Event.WorkerStarted(pid, parent));
    }

    @Override
    public void ended(long pid, String how) {
        events.post(new Event.WorkerEnded(pid, how));
    }
}
