// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerPool;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs in this JVM over a pool of Python workers: one thread a slot takes the next waiting task, round the jobs or
 * oldest job first.
 */
public final class LocalEngine implements Engine {
    private final WorkerPool pool;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingSlots slots;
    private final Schedule schedule;
    private final Scheduler scheduler;

    /**
     * Starts the slots.
     *
     * @param pool where workers come from; stays open when the engine closes
     * @param options how to run tasks
     * @param shuffleBudget memory for map outputs and results on their way
     * @param cacheBudget memory for cached partitions
     * @param directories where to spill; closed with the engine
     * @param events hears what happens
     */
    public LocalEngine(
            WorkerPool pool,
            EngineOptions options,
            MemoryBudget shuffleBudget,
            MemoryBudget cacheBudget,
            SpillDirectories directories,
            EventBus events) {
        this.pool = pool;
        this.slots = new WaitingSlots(lock, options.slots());
        this.schedule = new Schedule(options.fifo(), slots);
        Stores stores = new Stores(shuffleBudget, cacheBudget, directories, options.codec());
        this.scheduler = new Scheduler(options, stores, lock, schedule, events);
        LeaseRunner runner = new LeaseRunner(pool, stores.storage());
        for (int i = 0; i < options.slots(); i++) {
            Scheduler.daemon(new Slot(this, runner, scheduler.owner()), "sluice-slot-" + i)
                    .start();
        }
    }

    /** Waits for tasks that one worker is to run; null once the engine is closed. */
    @Nullable
    Lease<TaskRun> take() {
        lock.lock();
        try {
            Lease<TaskRun> lease = schedule.next(Worker.LOCAL);
            while (lease == null && !scheduler.closed()) {
                slots.await(schedule.patience());
                lease = schedule.next(Worker.LOCAL);
            }
            return lease;
        } catch (InterruptedException e) {
            // Nobody interrupts a slot: a closed engine wakes it.
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
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
        pool.drop(broadcast);
    }

    @Override
    public List<CachedDataset> cached() {
        return scheduler.cached();
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
