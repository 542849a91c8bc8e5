// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one worker has been told, so that only news is sent. Evicts in the order of {@code sluice/worker/stage.py}: what
 * came first goes first. Guarded by its own lock: broadcasts are dropped by other threads than the task's.
 */
final class WorkerMemory {
    /** As many as {@code REMEMBERED} in the Python twin. */
    private static final int REMEMBERED = 64;

    private final LinkedHashSet<String> commands = new LinkedHashSet<>();
    private final LinkedHashSet<Integer> stages = new LinkedHashSet<>();
    private final Set<Long> broadcasts = new HashSet<>();
    private final List<Long> dropped = new ArrayList<>();
    private final List<Long> uncached = new ArrayList<>();
    private List<String> path = List.of();

    /** Returns whether the command was known; it is from now on. */
    boolean learnCommand(String digest) {
        return !commands.add(digest);
    }

    boolean knowsStage(int stage) {
        return stages.contains(stage);
    }

    void learnStage(int stage) {
        stages.add(stage);
        limit(stages);
        limit(commands);
    }

    /** Returns whether this is the module search path that was sent last; it is from now on. */
    boolean learnPath(List<String> latest) {
        boolean known = path.equals(latest);
        path = latest;
        return known;
    }

    /** Returns whether the broadcast is news; it is known from now on. */
    synchronized boolean learnBroadcast(long id) {
        return broadcasts.add(id);
    }

    synchronized void drop(long id) {
        if (broadcasts.remove(id)) {
            dropped.add(id);
        }
    }

    synchronized Set<Long> broadcasts() {
        return new HashSet<>(broadcasts);
    }

    synchronized List<Long> takeDropped() {
        List<Long> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }

    synchronized void uncache(long dataset) {
        uncached.add(dataset);
    }

    synchronized List<Long> takeUncached() {
        List<Long> taken = List.copyOf(uncached);
        uncached.clear();
        return taken;
    }

    private static <T> void limit(LinkedHashSet<T> remembered) {
        var oldest = remembered.iterator();
        for (int excess = remembered.size() - REMEMBERED; excess > 0; excess--) {
            oldest.next();
            oldest.remove();
        }
    }
}
