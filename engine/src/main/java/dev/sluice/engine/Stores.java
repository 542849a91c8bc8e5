// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.core.codec.Codec;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.Spool;
import dev.sluice.worker.TaskInput;
import dev.sluice.worker.WorkerHandle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an engine keeps between tasks: map outputs and cached partitions. */
final class Stores implements TreeSources {
    private final TaskStorage storage;
    private final boolean inPlace;
    private final ShuffleStore shuffles;
    private final CacheStore cache;

    /** With all that tasks make in this process. */
    Stores(MemoryBudget shuffleBudget, MemoryBudget cacheBudget, SpillDirectories directories, Codec codec) {
        this(new TaskStorage(shuffleBudget, cacheBudget, directories, codec, TaskStorage.Sharing.NONE), false);
    }

    /** With {@code inPlace}, outputs are files of other processes, which open them where they are. */
    Stores(TaskStorage storage, boolean inPlace) {
        this.storage = storage;
        this.inPlace = inPlace;
        this.shuffles = new ShuffleStore();
        this.cache = new CacheStore();
    }

    TaskStorage storage() {
        return storage;
    }

    @Override
    public boolean holes() {
        return inPlace;
    }

    @Override
    public boolean elsewhere(Dataset dataset) {
        return dataset instanceof Dataset.Shuffle;
    }

    @Override
    public TaskInput open(Dataset dataset, int partition) throws IOException {
        return shuffles.open((Dataset.Shuffle) dataset, partition);
    }

    @Override
    public boolean complete(Dataset.Cached dataset) {
        return cache.complete(dataset);
    }

    @Override
    public CacheStore.@Nullable Block kept(CacheStore.Slot slot) throws IOException {
        return cache.open(slot, inPlace);
    }

    ShuffleStore shuffles() {
        return shuffles;
    }

    CacheStore cache() {
        return cache;
    }

    /** Makes visible what a task made: map output and cached partitions here; returns its result, if it has one. */
    @Nullable
    Spool keep(TaskRun task, WorkerHandle worker, TaskMade made) {
        TreeBuilder.Tree tree = task.tree();
        if (tree != null) {
            for (int i = 0; i < tree.cached().size(); i++) {
                MapOutput block = made.cached().get(i);
                if (block != null) {
                    cache.put(tree.cached().get(i), block, task.attemptId(), worker);
                }
            }
            tree.adopted().forEach(slot -> cache.adopt(slot, worker));
        }
        Dataset.Shuffle shuffle = task.stage().shuffle();
        MapOutput shuffled = made.shuffled();
        if (shuffle != null && shuffled != null) {
            shuffles.put(shuffle, task.partition(), shuffled);
        }
        return made.result() instanceof LiveSpool live ? live.spool() : null;
    }

    void close() {
        shuffles.close();
        cache.close();
        storage.close();
    }

    static void closeQuietly(TaskInput input) {
        try {
            input.close();
        } catch (IOException e) {
            // Reading is over; nothing depends on how it closes.
        }
    }
}
