// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks wait, and which of them a free slot takes: of the stage that waited longest since its last, or of the
 * oldest; else one that another slot's worker has not begun. Guarded by the engine's lock.
 *
 * <p>The tasks of a barrier stage are taken all at once, when as many slots are free: no slot ever holds one of them while
 * another has to wait, so two such stages cannot lock each other out. While one waits in its turn, free slots are kept
 * for it, or short tasks of others would go before it for ever; but only every other second, since what runs may be
 * waiting for tasks of those others.
 */
final class Schedule {
    private static final long KEEP_NANOS = 1_000_000_000;

    private final EngineOptions options;
    private final Locality locality;
    private final Condition work;
    private final List<StageRun> stages = new ArrayList<>();
    private final Set<Lease> leases = new LinkedHashSet<>();
    /** Tasks of a barrier stage, each for one of the slots that were free when the stage was taken. */
    private final Deque<Lease> together = new ArrayDeque<>();

    private int idle;
    private boolean keeping;
    private long nextAttempt;

    /** With the condition, of the engine's lock, by which slots wait for work. */
    Schedule(EngineOptions options, Locality locality, Condition work) {
        this.options = options;
        this.locality = locality;
        this.work = work;
    }

    void add(StageRun stage) {
        stages.add(stage);
    }

    void remove(StageRun stage) {
        stages.remove(stage);
    }

    /** Tells whether a stage that runs or waits writes this shuffle. */
    boolean writes(Dataset.Shuffle shuffle) {
        return stages.stream()
                .map(StageRun::shuffle)
                .anyMatch(written -> written != null && written.id() == shuffle.id());
    }

    /** What the calling slot is to do now; null if it has to wait. */
    @Nullable
    Lease next() {
        Lease lease = together.poll();
        if (lease == null) {
            lease = poll();
        }
        return lease != null ? lease : steal();
    }

    /** Waits until there may be something to do; a waiter asks again in a loop. */
    @SuppressWarnings("WaitNotInLoop")
    void await() throws InterruptedException {
        idle++;
        try {
            if (!leases.isEmpty()) {
                // A task of another slot's lease may turn out to be long; those behind it are taken over then.
                work.awaitNanos(Lease.PATIENCE_NANOS);
            } else if (keeping) {
                work.awaitNanos(KEEP_NANOS);
            } else {
                work.awaitUninterruptibly();
            }
        } finally {
            idle--;
        }
    }

    private @Nullable Lease poll() {
        keeping = false;
        for (int i = 0; i < stages.size(); i++) {
            StageRun stage = stages.get(i);
            if (stage.together()) {
                if (!stage.waitsTogether()) {
                    continue;
                }
                if (stage.tasks() <= idle + 1) {
                    return takeTogether(i);
                }
                keeping = true;
                if (System.nanoTime() / KEEP_NANOS % 2 == 0) {
                    return null;
                }
                continue;
            }
            TaskRun task = stage.poll(nextAttempt, locality);
            if (task != null) {
                nextAttempt++;
                List<TaskRun> tasks = new ArrayList<>();
                tasks.add(task);
                for (int more = stage.leaseLength(options); more > 1; more--) {
                    TaskRun next = stage.poll(nextAttempt, null);
                    if (next == null) {
                        break;
                    }
                    nextAttempt++;
                    tasks.add(next);
                }
                toTheEnd(i);
                return new Lease(tasks);
            }
        }
        return null;
    }

    private @Nullable Lease takeTogether(int place) {
        StageRun stage = stages.get(place);
        for (int i = stage.tasks(); i > 0; i--) {
            TaskRun task = stage.poll(nextAttempt++, null);
            if (task != null) {
                together.add(new Lease(List.of(task)));
            }
        }
        toTheEnd(place);
        work.signalAll();
        return together.poll();
    }

    private void toTheEnd(int place) {
        if (!options.fifo() && stages.size() > 1) {
            stages.add(stages.remove(place));
        }
    }

    private @Nullable Lease steal() {
        for (Lease lease : leases) {
            TaskRun task = lease.steal();
            if (task != null) {
                return new Lease(List.of(task));
            }
        }
        return null;
    }

    /** Notes a lease of several tasks, whose last ones may go to another slot. */
    void open(Lease lease) {
        leases.add(lease);
        // Whoever waits without a limit shall look in from time to time.
        work.signalAll();
    }

    void over(Lease lease) {
        leases.remove(lease);
        locality.release(lease.preferred());
    }

    /** Lets tasks wait again that no worker has begun. */
    void giveBack(List<TaskRun> tasks) {
        for (int i = tasks.size() - 1; i >= 0; i--) {
            if (!tasks.get(i).stage().job().ended()) {
                tasks.get(i).stage().giveBack(tasks.get(i));
            }
        }
        work.signalAll();
    }

    /** Wakes no more slots than there are tasks: one that finds nothing costs as much as a small task. */
    void wake(int tasks) {
        for (int i = Math.min(tasks, options.slots()); i > 0; i--) {
            work.signal();
        }
    }

    void wakeAll() {
        work.signalAll();
    }
}
