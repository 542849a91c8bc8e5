// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import java.util.List;

/** The part of an owner that a single task needs; how it ended, its engine sees by itself. */
record SerialOwner(Stores stores) implements LeaseOwner<TaskRun> {
    @Override
    public TaskTree tree(TaskRun task) throws IOException {
        return task.plan();
    }

    @Override
    public ResultOutput result(TaskRun task) {
        return new LiveSpool(task, stores.storage().newSpool());
    }

    @Override
    public void meet(TaskRun task, boolean gather, String message, TaskOutput.Reply reply) throws IOException {
        task.meet(gather, message, reply);
    }

    @Override
    public void started(TaskRun task, WorkerHandle worker) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void opened(Lease<TaskRun> lease, int tasks) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void returned(List<TaskRun> tasks) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void succeeded(TaskRun task, WorkerHandle worker, TaskReport.Succeeded report, TaskMade made) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void failed(TaskRun task, long pid, TaskReport.Failed report) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lost(TaskRun task, long pid, String reason, boolean charged) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lostBlock(TaskRun task, long pid, LostBlockException block) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void refused(Lease<TaskRun> lease, IOException reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void broken(Lease<TaskRun> lease, Throwable e) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void over(Lease<TaskRun> lease) {
        throw new UnsupportedOperationException();
    }
}
