// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.Attempt;
import dev.sluice.engine.Lease;
import dev.sluice.engine.LeaseOwner;
import dev.sluice.engine.LostBlockException;
import dev.sluice.engine.ResultOutput;
import dev.sluice.engine.TaskMade;
import dev.sluice.engine.TaskTree;
import dev.sluice.engine.TreeInputs;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.OutputDescription;
import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lease in an executor: tells the coordinator what becomes of its tasks. */
final class RunningLease implements LeaseOwner<RemoteAttempt> {
    private final long id;
    private final Lease<RemoteAttempt> lease;
    private final HostedProgram program;
    private final Outbox outbox;
    private boolean told;
    /** Whether the worker has the tasks: what it does not have cannot be taken back from it. */
    private volatile boolean opened;

    private boolean over;

    RunningLease(long id, Lease<RemoteAttempt> lease, HostedProgram program, Outbox outbox) {
        this.id = id;
        this.lease = lease;
        this.program = program;
        this.outbox = outbox;
    }

    Lease<RemoteAttempt> lease() {
        return lease;
    }

    /** Ends all of its tasks, now or as soon as they would begin. */
    void kill() {
        lease.tasks().forEach(Attempt::cancel);
    }

    /** Gives back what no worker has begun, be it nothing. Told before the lease's end is, or not at all. */
    synchronized void revoke() {
        if (over) {
            return;
        }
        List<RemoteAttempt> revoked = opened ? lease.revoke() : List.of();
        revoked.forEach(Attempt::detach);
        returned(revoked);
    }

    @Override
    public TaskTree tree(RemoteAttempt task) throws IOException {
        return TreeInputs.fill(task.tree());
    }

    @Override
    public ResultOutput result(RemoteAttempt task) {
        return new RemoteResult(outbox, task.attemptId());
    }

    @Override
    public void started(RemoteAttempt task, WorkerHandle worker) {
        if (!told) {
            told = true;
            program.met(worker);
            outbox.tell(
                    News.STARTED,
                    new Packer()
                            .i64(id)
                            .i64(worker.pid())
                            .i32(lease.tasks().size())
                            .packed());
        }
    }

    @Override
    public void opened(Lease<RemoteAttempt> sent, int tasks) {
        opened = true;
    }

    @Override
    public void meet(RemoteAttempt task, boolean gather, String message, TaskOutput.Reply reply) {
        program.waits(task.attemptId(), reply);
        outbox.tellNow(
                News.MEET,
                new Packer().i64(task.attemptId()).flag(gather).text(message).packed());
    }

    @Override
    public void returned(List<RemoteAttempt> tasks) {
        Packer packer = new Packer().i64(id);
        packer.list(tasks, (to, task) -> to.i64(task.attemptId()));
        outbox.tellNow(News.RETURNED, packer.packed());
    }

    @Override
    public void succeeded(RemoteAttempt task, WorkerHandle worker, TaskReport.Succeeded report, TaskMade made) {
        Packer packer = new Packer().i64(task.attemptId()).i64(worker.pid());
        TaskMessages.succeeded(packer, report);
        packer.i32(made.cached().size());
        made.cached().forEach(block -> output(packer, block));
        output(packer, made.shuffled());
        outbox.tell(News.SUCCEEDED, packer.packed());
    }

    private void output(Packer packer, @Nullable MapOutput output) {
        packer.flag(output != null);
        if (output != null) {
            packer.i64(program.keep(output)).blob(OutputDescription.of(output));
        }
    }

    @Override
    public void failed(RemoteAttempt task, long pid, TaskReport.Failed report) {
        Packer packer = new Packer().i64(task.attemptId()).i64(pid);
        TaskMessages.failed(packer, report);
        outbox.tell(News.FAILED, packer.packed());
    }

    @Override
    public void lost(RemoteAttempt task, long pid, String reason, boolean charged) {
        Packer packer = new Packer().i64(task.attemptId()).i64(pid).text(program.explained(pid, reason));
        outbox.tell(News.LOST, packer.flag(charged).packed());
    }

    @Override
    public void lostBlock(RemoteAttempt task, long pid, LostBlockException block) {
        Packer packer = new Packer().i64(task.attemptId()).i64(pid).i32(block.input());
        outbox.tell(
                News.LOST_BLOCK,
                packer.i32(block.number())
                        .text(String.valueOf(block.getMessage()))
                        .packed());
    }

    @Override
    public void refused(Lease<RemoteAttempt> of, IOException reason) {
        outbox.tell(
                News.REFUSED,
                new Packer().i64(id).text(String.valueOf(reason.getMessage())).packed());
    }

    @Override
    public void broken(Lease<RemoteAttempt> of, Throwable e) {
        outbox.tell(News.BROKEN, new Packer().i64(id).text(String.valueOf(e)).packed());
    }

    @Override
    public synchronized void over(Lease<RemoteAttempt> of) {
        over = true;
        program.over(id);
        outbox.tellNow(News.OVER, ByteBuffer.allocate(Long.BYTES).putLong(0, id));
    }
}
