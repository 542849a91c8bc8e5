// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

/**
 * A worker as a scheduler knows it, in this process or another: what it is to be asked about and told, but not how tasks
 * are run in it. A {@link Worker} is one. Handles are compared by identity.
 */
public interface WorkerHandle {
    /**
     * Returns the process id.
     *
     * @return the pid
     */
    long pid();

    /**
     * Tells whether somebody runs tasks here.
     *
     * @return false while it waits in its pool, and once it has ended
     */
    boolean leased();

    /**
     * Tells whether this worker runs no more tasks.
     *
     * @return true once its process is gone, or about to go
     */
    boolean ended();

    /** Ends the process and all that it started, at once. Idempotent. */
    void kill();

    /**
     * Takes back a task of a lease that the worker has not begun. May come from any thread.
     *
     * @param attemptId the task
     * @return whether it is taken back now; false if the worker has begun it, or if that is only to be found out
     */
    boolean revoke(long attemptId);

    /**
     * Lets the worker drop what it keeps of a cached node as objects, before its next stage.
     *
     * @param dataset the node that is not cached any more
     */
    void uncache(long dataset);

    /**
     * Tells who runs tasks in this worker: only slots of the same site can use it.
     *
     * @return an object that all workers of one pool have in common
     */
    Object site();
}
