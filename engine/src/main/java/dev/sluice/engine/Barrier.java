// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.TaskOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the tasks of one attempt of a barrier stage wait for each other, call by call. No thread waits here: whoever
 * comes last answers all. A call that can never be answered, since a task has ended without it or waits at another kind
 * of call, is refused at once. Thread-safe.
 */
final class Barrier {
    private final int tasks;
    private final Limit limit;
    private final Map<Integer, Call> waiting = new TreeMap<>();
    private final Set<Integer> ended = new TreeSet<>();
    private @Nullable ScheduledFuture<?> pending;
    private int round;
    private boolean closed;

    /**
     * How long tasks wait.
     *
     * @param timeout from the first task's call on
     * @param timer on whose thread a wait is given up
     */
    record Limit(Duration timeout, ScheduledExecutorService timer) {}

    private record Call(boolean gather, String message, TaskOutput.Reply reply) {}

    Barrier(int tasks, Limit limit) {
        this.tasks = tasks;
        this.limit = limit;
    }

    /** Lets a task wait until all others have called too. */
    void meet(int index, boolean gather, String message, TaskOutput.Reply reply) {
        List<Call> answered;
        String refusal;
        synchronized (this) {
            waiting.put(index, new Call(gather, message, reply));
            refusal = refusal();
            if (refusal == null && waiting.size() < tasks) {
                if (waiting.size() == 1) {
                    giveUpLater(round);
                }
                return;
            }
            answered = release();
        }
        answer(answered, refusal);
    }

    /** Notes that a task has ended, so that nobody need wait for it. */
    void ended(int index) {
        List<Call> answered;
        String refusal;
        synchronized (this) {
            ended.add(index);
            refusal = waiting.isEmpty() ? null : refusal();
            if (refusal == null) {
                return;
            }
            answered = release();
        }
        answer(answered, refusal);
    }

    /** Ends all waits, now and later: the attempt is over. */
    void close() {
        List<Call> answered;
        synchronized (this) {
            closed = true;
            answered = release();
        }
        answer(answered, "another task of the stage failed, or its job has ended");
    }

    private @Nullable String refusal() {
        if (closed) {
            return "another task of the stage failed, or its job has ended";
        }
        if (waiting.values().stream().map(Call::gather).distinct().count() > 1) {
            return "tasks wait at different calls: " + partitions(false) + " at barrier, " + partitions(true)
                    + " at allGather";
        }
        if (!ended.isEmpty()) {
            return "tasks have ended without this call: partitions=" + ended + " of " + tasks
                    + "; every task has to make the same calls";
        }
        return null;
    }

    private List<Integer> partitions(boolean gather) {
        List<Integer> found = new ArrayList<>();
        waiting.forEach((index, call) -> {
            if (call.gather() == gather) {
                found.add(index);
            }
        });
        return found;
    }

    private List<Call> release() {
        List<Call> released = List.copyOf(waiting.values());
        waiting.clear();
        round++;
        if (pending != null) {
            // An engine that closes lets what is scheduled run; this would keep its thread until then.
            pending.cancel(false);
            pending = null;
        }
        return released;
    }

    private void giveUpLater(int begun) {
        // A timeout of years would only fill the timer's queue.
        if (limit.timeout().compareTo(Duration.ofDays(30)) < 0) {
            pending =
                    limit.timer().schedule(() -> giveUp(begun), limit.timeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(int begun) {
        List<Call> answered;
        String refusal;
        synchronized (this) {
            if (round != begun || waiting.isEmpty()) {
                return;
            }
            refusal = "not all tasks came within sluice.barrier.timeout="
                    + limit.timeout().toMillis() + "ms: waiting=" + waiting.keySet() + " of " + tasks;
            answered = release();
        }
        answer(answered, refusal);
    }

    private static void answer(List<Call> calls, @Nullable String refusal) {
        List<String> messages = calls.stream().map(Call::message).toList();
        for (Call call : calls) {
            if (refusal == null) {
                call.reply().met(messages);
            } else {
                call.reply().refused(refusal);
            }
        }
    }
}
