// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.engine.Lease;
import dev.sluice.engine.LeaseOwner;
import dev.sluice.engine.LostBlockException;
import dev.sluice.engine.Schedule;
import dev.sluice.engine.Scheduler;
import dev.sluice.engine.Slots;
import dev.sluice.engine.TaskRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of all executors, and which lease each gets: one schedule for all programs, under one lock. Leases are sent
 * outside of it, by the thread that read of a free slot, or by one that waits for work.
 */
final class Fleet implements Slots, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Schedule schedule;
    private final List<ExecutorLink> links = new ArrayList<>();
    private final IdentityHashMap<Scheduler, Running> contexts = new IdentityHashMap<>();
    private final Thread dispatcher = new Thread(this::dispatch, "sluice-dispatch");
    private int nextContext;
    private long nextLease;
    private boolean closed;

    Fleet(boolean fifo) {
        this.schedule = new Schedule(fifo, this);
        dispatcher.setDaemon(true);
        dispatcher.start();
    }

    /** A context of a program. Its number is no other's: a program's contexts all count their stages from 0. */
    private record Running(HostProgram program, int number) {}

    ReentrantLock lock() {
        return lock;
    }

    Schedule schedule() {
        return schedule;
    }

    /** Takes in an executor, whose slots are free. Under the lock. */
    void add(ExecutorLink link) {
        links.add(link);
        wakeAll();
    }

    /** Gives an executor's slots up. Under the lock. */
    void remove(ExecutorLink link) {
        links.remove(link);
    }

    /** The executors that are there. */
    List<ExecutorLink> links() {
        lock.lock();
        try {
            return List.copyOf(links);
        } finally {
            lock.unlock();
        }
    }

    /** Takes in a context's scheduler; returns the context's number. Under the lock. */
    int begun(HostProgram program, Scheduler scheduler) {
        int number = nextContext++;
        contexts.put(scheduler, new Running(program, number));
        return number;
    }

    void ended(Scheduler scheduler) {
        lock.lock();
        try {
            contexts.remove(scheduler);
        } finally {
            lock.unlock();
        }
    }

    List<Scheduler> schedulers() {
        lock.lock();
        try {
            return List.copyOf(contexts.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Uses no more than so many slots of an executor from now on. */
    void allow(ExecutorLink link, int count) {
        lock.lock();
        try {
            link.allow(count);
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int idle() {
        // One of them is the one that asks.
        return links.stream().mapToInt(ExecutorLink::free).sum() - 1;
    }

    @Override
    public void wake(int tasks) {
        if (tasks > 0) {
            wakeAll();
        }
    }

    @Override
    public void wakeAll() {
        work.signal();
    }

    private void dispatch() {
        while (true) {
            List<OpenLease> taken;
            lock.lock();
            try {
                taken = takeAll();
                while (taken.isEmpty() && !closed) {
                    await();
                    taken = takeAll();
                }
                if (closed) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
            send(taken);
        }
    }

    @SuppressWarnings("WaitNotInLoop")
    private void await() throws InterruptedException {
        // With all slots busy there is nobody to give anything to, however long a lease takes.
        long patience = idle() >= 0 ? schedule.patience() : 0;
        if (patience > 0) {
            long unused = work.awaitNanos(patience);
        } else {
            work.await();
        }
    }

    /** Gives the slot of a lease to whoever is next. */
    void over(ExecutorLink link, OpenLease lease) {
        lease.owner().over(lease.lease());
        List<OpenLease> taken = new ArrayList<>();
        lock.lock();
        try {
            link.giveBack();
            if (!closed) {
                OpenLease next = take(link);
                if (next != null) {
                    taken.add(next);
                }
            }
        } finally {
            lock.unlock();
        }
        send(taken);
    }

    /** Takes what the free slots are to do, each next one in the executor that has the most of them. Under the lock. */
    private List<OpenLease> takeAll() {
        List<OpenLease> taken = new ArrayList<>();
        ExecutorLink link = freest();
        while (link != null) {
            OpenLease lease = take(link);
            if (lease == null) {
                return taken;
            }
            taken.add(lease);
            link = freest();
        }
        return taken;
    }

    private @Nullable ExecutorLink freest() {
        ExecutorLink found = null;
        for (ExecutorLink link : links) {
            if (link.free() > 0 && (found == null || link.free() > found.free())) {
                found = link;
            }
        }
        if (found != null) {
            // So that those with as many take turns.
            links.remove(found);
            links.add(found);
        }
        return found;
    }

    private @Nullable OpenLease take(ExecutorLink link) {
        if (link.free() <= 0 || link.gone()) {
            return null;
        }
        Lease<TaskRun> lease = schedule.next(link);
        while (lease != null) {
            Running context = contexts.get(lease.first().scheduler());
            if (context != null) {
                link.take();
                return new OpenLease(nextLease++, link, context.program(), context.number(), lease);
            }
            // Its context has ended since it began to wait.
            schedule.dropped(lease);
            lease = schedule.next(link);
        }
        return null;
    }

    private void send(List<OpenLease> taken) {
        for (OpenLease lease : taken) {
            try {
                send(lease);
            } catch (RuntimeException | Error e) {
                LOG.error("a lease could not be sent", e);
                lease.owner().broken(lease.lease(), e);
                over((ExecutorLink) lease.site(), lease);
            }
        }
    }

    /** Sends a lease, less what is not wanted any more and what has lost its input. */
    private void send(OpenLease open) {
        ExecutorLink link = (ExecutorLink) open.site();
        Lease<TaskRun> lease = open.lease();
        LeaseOwner<TaskRun> owner = open.owner();
        Packer body = new Packer().i32(open.program().number()).i64(open.id());
        body.i64(open.stage());
        body.i64(lease.preferred() == null ? 0 : lease.preferred().pid());
        List<TaskRun> tasks = lease.tasks();
        List<TaskRun> sent = new ArrayList<>();
        Packer packed = new Packer();
        @Nullable IOException failure = null;
        for (TaskRun task : tasks) {
            if (!task.assign(open)) {
                // Its job has ended, so none of the others is wanted either.
                break;
            }
            try {
                packed.i32(task.partition()).i32(task.attempt()).i64(task.attemptId());
                LeaseMessages.tree(packed, owner.tree(task));
                sent.add(task);
            } catch (IOException e) {
                failure = e;
                break;
            }
        }
        List<TaskRun> rest = new ArrayList<>(tasks.subList(sent.size(), tasks.size()));
        rest.forEach(open::take);
        if (failure != null || sent.isEmpty()) {
            // Rare, so that what could have been sent goes again as it was.
            sent.forEach(open::take);
            owner.returned(sent);
            fail(open, rest, failure);
            over(link, open);
            return;
        }
        link.open(open);
        link.lease(open, lease.work(), body.i32(sent.size()).append(packed));
        if (link.gone()) {
            // Whoever reads its news may have been through with its leases before this one was among them.
            lost(link, open, "its executor ended", false);
        }
    }

    private static void fail(OpenLease open, List<TaskRun> rest, @Nullable IOException failure) {
        if (failure instanceof LostBlockException block) {
            open.owner().lostBlock(rest.get(0), 0, block);
            open.owner().returned(rest.subList(1, rest.size()));
        } else if (failure != null) {
            open.owner().lost(rest.get(0), 0, String.valueOf(failure.getMessage()), true);
            open.owner().returned(rest.subList(1, rest.size()));
        }
    }

    /** Lets the tasks of an executor that has ended run again elsewhere; one that it had may have been why. */
    void lost(ExecutorLink link, OpenLease open, String reason, boolean had) {
        if (link.over(open.id()) == null) {
            return;
        }
        List<TaskRun> tasks = open.lease().tasks();
        tasks.forEach(task -> {
            link.ended(task.attemptId());
            open.take(task);
        });
        open.dropResults();
        if (!tasks.isEmpty()) {
            open.owner().returned(tasks.subList(1, tasks.size()));
            TaskRun first = tasks.get(0);
            if (had) {
                first.scheduler().lostWithHost(first, open.pid(), reason);
            } else {
                open.owner().lost(first, open.pid(), reason, false);
            }
        }
        open.owner().over(open.lease());
    }

    /** Ends the thread that waits for work; leases that are out are left to the executors' ends. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            dispatcher.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
