// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.TaskReport;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import java.util.List;

/**
 * Who gave a lease: says what its tasks are, and hears how they end. The scheduler of this process is one; another
 * process has one that speaks with a scheduler elsewhere. Each task of a lease that was not given up before comes to one
 * of the ends here, or is returned. Thread-safe.
 *
 * @param <A> attempts as the owner knows them
 */
public interface LeaseOwner<A extends Attempt> {
    /**
     * Says what a task is to do.
     *
     * @param task the task
     * @return its tree, with inputs that the caller closes
     * @throws IOException if an input is lost, or cannot be read
     */
    TaskTree tree(A task) throws IOException;

    /**
     * Opens the way for a task's result.
     *
     * @param task a task that writes to no shuffle
     * @return where to put it
     */
    ResultOutput result(A task);

    /**
     * Says that a task is about to be sent to a worker.
     *
     * @param task the task
     * @param worker the worker
     */
    void started(A task, WorkerHandle worker);

    /**
     * Says that tasks were sent, the last ones of which may be taken back.
     *
     * @param lease the lease that holds them
     * @param tasks how many were sent
     */
    void opened(Lease<A> lease, int tasks);

    /**
     * Says that a task waits for all others of its stage.
     *
     * @param task the task
     * @param gather whether it wants the others' messages
     * @param message what it has for the others
     * @param reply where to answer
     * @throws IOException if it has no others
     */
    void meet(A task, boolean gather, String message, TaskOutput.Reply reply) throws IOException;

    /**
     * Gives back tasks that no worker has begun.
     *
     * @param tasks the tasks, in the order of the lease; may be empty
     */
    void returned(List<A> tasks);

    /**
     * A task ended well.
     *
     * @param task the task
     * @param worker where it ran
     * @param report what it said
     * @param made what it made; ownership goes with it
     */
    void succeeded(A task, WorkerHandle worker, TaskReport.Succeeded report, TaskMade made);

    /**
     * User code raised.
     *
     * @param task the task
     * @param pid where it ran
     * @param report what it said
     */
    void failed(A task, long pid, TaskReport.Failed report);

    /**
     * A task did not come to an end of its own.
     *
     * @param task the task
     * @param pid where it ran; 0 for nowhere
     * @param reason why
     * @param charged whether the task is to blame
     */
    void lost(A task, long pid, String reason, boolean charged);

    /**
     * A task found that something it reads is damaged or gone.
     *
     * @param task the task
     * @param pid where it ran; 0 for nowhere
     * @param block what is lost
     */
    void lostBlock(A task, long pid, LostBlockException block);

    /**
     * The tasks of a lease can never be run.
     *
     * @param lease the lease
     * @param reason why
     */
    void refused(Lease<A> lease, IOException reason);

    /**
     * The runner itself failed at a lease.
     *
     * @param lease the lease
     * @param e how
     */
    void broken(Lease<A> lease, Throwable e);

    /**
     * Says that the slot of a lease is free.
     *
     * @param lease the lease, of which nothing runs any more
     */
    void over(Lease<A> lease);
}
