// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks wait, and which of them a free slot takes: of the stage that waited longest since its last, or of the
 * oldest; else one that another slot's worker has not begun. Guarded by the engine's lock.
 */
final class Schedule {
    private final EngineOptions options;
    private final Locality locality;
    private final Condition work;
    private final List<StageRun> stages = new ArrayList<>();
    private final Set<Lease> leases = new LinkedHashSet<>();
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
        Lease lease = poll();
        return lease != null ? lease : steal();
    }

    /** Waits until there may be something to do; a waiter asks again in a loop. */
    @SuppressWarnings("WaitNotInLoop")
    void await() throws InterruptedException {
        if (leases.isEmpty()) {
            work.awaitUninterruptibly();
        } else {
            // A task of another slot's lease may turn out to be long; those behind it are taken over then.
            work.awaitNanos(Lease.PATIENCE_NANOS);
        }
    }

    private @Nullable Lease poll() {
        for (int i = 0; i < stages.size(); i++) {
            StageRun stage = stages.get(i);
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
                if (!options.fifo() && stages.size() > 1) {
                    stages.remove(i);
                    stages.add(stage);
                }
                return new Lease(tasks);
            }
        }
        return null;
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
