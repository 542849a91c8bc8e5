// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks wait, and which of them a free slot takes: of the stage that waited longest since its last, round the
 * programs, their pools and the jobs of these, or of the oldest; else one that another slot's worker has not begun.
 * Guarded by the engine's lock.
 *
 * <p>The tasks of a barrier stage are taken all at once, when as many slots are free: no slot ever holds one of them while
 * another has to wait, so two such stages cannot lock each other out. While one waits in its turn, free slots are kept
 * for it, or short tasks of others would go before it for ever; but only every other second, since what runs may be
 * waiting for tasks of those others.
 */
public final class Schedule {
    private static final long KEEP_NANOS = 1_000_000_000;

    private final boolean fifo;
    private final Slots slots;
    private final Promises promises = new Promises();
    private final List<StageRun> stages = new ArrayList<>();
    private final Set<Lease<TaskRun>> leases = new LinkedHashSet<>();
    /** Tasks of a barrier stage, each for one of the slots that were free when the stage was taken. */
    private final Deque<Lease<TaskRun>> together = new ArrayDeque<>();

    private boolean keeping;
    private long nextAttempt;

    /**
     * Makes a schedule without tasks.
     *
     * @param fifo whether slots go to the oldest stage first, instead of round the jobs
     * @param slots what runs the tasks
     */
    public Schedule(boolean fifo, Slots slots) {
        this.fifo = fifo;
        this.slots = slots;
    }

    void add(StageRun stage) {
        stages.add(stage);
    }

    void remove(StageRun stage) {
        stages.remove(stage);
    }

    /** Tells whether a stage of a program that runs or waits writes this shuffle. */
    boolean writes(Dataset.Shuffle shuffle, Object program) {
        return stages.stream()
                .filter(stage -> stage.job().program() == program)
                .map(StageRun::shuffle)
                .anyMatch(written -> written != null && written.id() == shuffle.id());
    }

    /**
     * Says what a free slot is to do now.
     *
     * @param site whose workers the slot can use
     * @return tasks to run; null if it has to wait
     */
    public @Nullable Lease<TaskRun> next(Object site) {
        Lease<TaskRun> lease = together.poll();
        if (lease == null) {
            lease = poll(site);
        }
        return lease != null ? lease : steal();
    }

    /**
     * Says how long a slot that was given nothing is to wait before it asks again, unless it is woken before.
     *
     * @return nanoseconds; 0 for no limit
     */
    public long patience() {
        if (!leases.isEmpty()) {
            // A task of another slot's lease may turn out to be long; those behind it are taken over then.
            return Lease.PATIENCE_NANOS;
        }
        return keeping ? KEEP_NANOS : 0;
    }

    private @Nullable Lease<TaskRun> poll(Object site) {
        keeping = false;
        for (int i = 0; i < stages.size(); i++) {
            StageRun stage = stages.get(i);
            if (stage.together()) {
                if (!stage.waitsTogether()) {
                    continue;
                }
                if (stage.tasks() <= slots.idle() + 1) {
                    return takeTogether(i);
                }
                keeping = true;
                if (System.nanoTime() / KEEP_NANOS % 2 == 0) {
                    return null;
                }
                continue;
            }
            TaskRun task = stage.poll(nextAttempt, promises, site);
            if (task != null) {
                nextAttempt++;
                List<TaskRun> tasks = new ArrayList<>();
                tasks.add(task);
                for (int more = stage.leaseLength(); more > 1; more--) {
                    TaskRun next = stage.next(nextAttempt);
                    if (next == null) {
                        break;
                    }
                    nextAttempt++;
                    tasks.add(next);
                }
                toTheEnd(i);
                return lease(tasks);
            }
        }
        return null;
    }

    private @Nullable Lease<TaskRun> takeTogether(int place) {
        StageRun stage = stages.get(place);
        for (int i = stage.tasks(); i > 0; i--) {
            TaskRun task = stage.next(nextAttempt++);
            if (task != null) {
                together.add(lease(List.of(task)));
            }
        }
        toTheEnd(place);
        slots.wakeAll();
        return together.poll();
    }

    /**
     * Lets others go first next time: the stages of all other programs, then those of the program's other pools, then
     * others of the same pool. A job without a pool is one by itself.
     */
    private void toTheEnd(int place) {
        if (fifo || stages.size() == 1) {
            return;
        }
        StageRun served = stages.remove(place);
        List<StageRun> later = new ArrayList<>();
        takeOut(
                later,
                stage -> stage.job().program() == served.job().program()
                        && !stage.job().pool().equals(served.job().pool()));
        takeOut(later, stage -> stage.job().program() == served.job().program());
        stages.addAll(later);
        stages.add(served);
    }

    private void takeOut(List<StageRun> to, Predicate<StageRun> which) {
        for (Iterator<StageRun> all = stages.iterator(); all.hasNext(); ) {
            StageRun stage = all.next();
            if (which.test(stage)) {
                all.remove();
                to.add(stage);
            }
        }
    }

    private @Nullable Lease<TaskRun> steal() {
        for (Lease<TaskRun> lease : leases) {
            TaskRun task = lease.steal();
            if (task != null) {
                return lease(List.of(task));
            }
        }
        return null;
    }

    /** Notes a lease of several tasks, whose last ones may go to another slot. */
    void open(Lease<TaskRun> lease) {
        leases.add(lease);
        // Whoever waits without a limit shall look in from time to time.
        slots.wakeAll();
    }

    /**
     * Takes back a lease whose program is gone.
     *
     * @param lease nobody runs anything of it
     */
    public void dropped(Lease<TaskRun> lease) {
        over(lease);
    }

    void over(Lease<TaskRun> lease) {
        leases.remove(lease);
        promises.release(lease.preferred());
    }

    /** Lets tasks wait again that no worker has begun. */
    void giveBack(List<TaskRun> tasks) {
        for (int i = tasks.size() - 1; i >= 0; i--) {
            if (!tasks.get(i).stage().job().ended()) {
                tasks.get(i).stage().giveBack(tasks.get(i));
            }
        }
        slots.wakeAll();
    }

    private static Lease<TaskRun> lease(List<TaskRun> tasks) {
        TaskRun first = tasks.get(0);
        return new Lease<>(first.stage().work(), tasks, first.preferred());
    }

    void wake(int tasks) {
        slots.wake(tasks);
    }

    void wakeAll() {
        slots.wakeAll();
    }
}
