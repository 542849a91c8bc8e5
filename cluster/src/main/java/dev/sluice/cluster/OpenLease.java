// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.Lease;
import dev.sluice.engine.LeaseOwner;
import dev.sluice.engine.ResultOutput;
import dev.sluice.engine.TaskRun;
import dev.sluice.worker.WorkerHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lease that an executor has: what its tasks are assigned to, so that giving one up ends it there. Its results, and its
 * worker, are touched only by the thread that reads the executor's news.
 */
final class OpenLease implements WorkerHandle {
    private final long id;
    private final ExecutorLink link;
    private final HostProgram program;
    private final int context;
    private final Lease<TaskRun> lease;
    private final LeaseOwner<TaskRun> owner;
    private final Map<Long, TaskRun> tasks = new HashMap<>();
    private final Map<Long, ResultOutput> results = new HashMap<>();
    private volatile @Nullable RemoteWorker worker;
    private volatile long place;
    private long asked = -1;
    private boolean sent;
    private boolean unwanted;

    OpenLease(long id, ExecutorLink link, HostProgram program, int context, Lease<TaskRun> lease) {
        this.id = id;
        this.link = link;
        this.program = program;
        this.context = context;
        this.lease = lease;
        this.owner = lease.first().scheduler().owner();
        lease.tasks().forEach(task -> tasks.put(task.attemptId(), task));
    }

    long id() {
        return id;
    }

    HostProgram program() {
        return program;
    }

    /** What executors know the stage by: no other has it, be it of a later context. */
    long stage() {
        return (long) context << Integer.SIZE | lease.work().spec().id();
    }

    /** The number of the context that a stage is of. */
    static int context(long stage) {
        return (int) (stage >>> Integer.SIZE);
    }

    /** Who hears how its tasks end. */
    LeaseOwner<TaskRun> owner() {
        return owner;
    }

    Lease<TaskRun> lease() {
        return lease;
    }

    /** A task that was sent and has not ended; null if there is none of that number. */
    @Nullable
    TaskRun task(long attemptId) {
        return tasks.get(attemptId);
    }

    /** Takes a task out that has ended, or is elsewhere now; returns whether it is still wanted. */
    boolean take(TaskRun task) {
        tasks.remove(task.attemptId());
        boolean wanted = task.detach();
        lease.ended(task);
        return wanted;
    }

    ResultOutput result(TaskRun task) {
        return results.computeIfAbsent(task.attemptId(), unused -> owner.result(task));
    }

    @Nullable
    ResultOutput takeResult(TaskRun task) {
        return results.remove(task.attemptId());
    }

    /** Frees what came of tasks that will not end here. */
    void dropResults() {
        results.values().forEach(ResultOutput::close);
        results.clear();
    }

    @Nullable
    RemoteWorker worker() {
        return worker;
    }

    void worker(RemoteWorker value) {
        worker = value;
    }

    /** Where it stands among the executor's orders. */
    long place() {
        return place;
    }

    void place(long value) {
        place = value;
    }

    /** Says that the executor has it, so that orders about it are understood there; sends what was held back. */
    void sent() {
        synchronized (this) {
            sent = true;
            if (!unwanted) {
                return;
            }
        }
        link.tell(Order.KILL, new Packer().i64(id));
    }

    @Override
    public long pid() {
        RemoteWorker running = worker;
        return running == null ? 0 : running.pid();
    }

    @Override
    public void kill() {
        synchronized (this) {
            if (unwanted) {
                return;
            }
            unwanted = true;
            if (!sent) {
                return;
            }
        }
        link.tell(Order.KILL, new Packer().i64(id));
    }

    /** Asks for everything back that no worker has begun; the answer comes with the executor's news. */
    @Override
    public boolean revoke(long attemptId) {
        synchronized (this) {
            if (asked == attemptId) {
                return false;
            }
            asked = attemptId;
        }
        link.tell(Order.REVOKE, new Packer().i64(id));
        return false;
    }

    /** Lets it be asked again, once an answer has come. */
    synchronized void answered() {
        asked = -1;
    }

    @Override
    public boolean leased() {
        return true;
    }

    @Override
    public boolean ended() {
        return link.gone();
    }

    @Override
    public void uncache(long dataset) {
        // A lease keeps nothing.
    }

    @Override
    public Object site() {
        return link;
    }
}
