// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.CachedDataset;
import dev.sluice.engine.Engine;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobHandle;
import dev.sluice.engine.ResultSink;
import dev.sluice.engine.Scheduler;
import java.util.List;

/** A context's engine: its tasks are scheduled here, and run in executors. */
final class ExecutorEngine implements Engine {
    private final ExecutorHost host;
    private final HostProgram program;
    private final Scheduler scheduler;

    ExecutorEngine(ExecutorHost host, HostProgram program, Scheduler scheduler) {
        this.host = host;
        this.program = program;
        this.scheduler = scheduler;
    }

    @Override
    public JobHandle submit(Job job, ResultSink sink) {
        return scheduler.submit(job, sink);
    }

    @Override
    public void forget(long dataset) {
        scheduler.forget(dataset);
    }

    @Override
    public void dropBroadcast(long broadcast) {
        for (ExecutorLink link : host.fleet().links()) {
            link.tell(Order.DROP, new Packer().i32(program.number()).i64(broadcast));
        }
    }

    @Override
    public List<CachedDataset> cached() {
        return scheduler.cached();
    }

    @Override
    public void close() {
        scheduler.close();
        host.ended(program, scheduler);
    }
}
