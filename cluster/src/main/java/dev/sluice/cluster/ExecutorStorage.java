// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.memory.MemoryTable;
import dev.sluice.driver.DriverConfig;
import dev.sluice.engine.Keep;
import dev.sluice.engine.TaskStorage;
import dev.sluice.spill.CountedBudget;
import dev.sluice.spill.MapOutput;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SharedOutputs;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.spill.SpillOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the tasks of an executor leave what they make: in files that every process of the cluster can read, in shared
 * memory as far as the executor's part of it goes. All programs share its budgets.
 */
final class ExecutorStorage implements AutoCloseable {
    /** What buffers may take in the heap while a task writes, beside what its outputs take in the end. */
    private static final int BUFFERS = 4;

    private final MemoryTable memory;
    private final int slots;
    private final SpillDirectories shared;
    private final MemoryBudget buffers;
    private final CountedBudget mapOutputs;
    private final CountedBudget cached;
    /** By program, then by the local directories that its contexts named: each holds descriptors once it is used. */
    private final Map<Path, Map<List<Path>, SpillDirectories>> ofPrograms = new HashMap<>();

    /**
     * Makes storage.
     *
     * @param memory what the executor may use
     * @param slots tasks at a time
     * @param sharedMemory a private directory in shared memory
     */
    ExecutorStorage(MemoryTable memory, int slots, Path sharedMemory) {
        this.memory = memory;
        this.slots = slots;
        this.shared = SpillDirectories.lazy(List.of(sharedMemory));
        this.buffers = MemoryBudget.of(memory.shuffle() / BUFFERS);
        this.mapOutputs = new CountedBudget(memory.shuffle() - memory.shuffle() / BUFFERS);
        this.cached = new CountedBudget(memory.cache());
    }

    /** What a worker of a context may keep of the cache as objects, in bytes. */
    long live(DriverConfig config) {
        return config.live(memory, slots);
    }

    CountedBudget shuffled() {
        return mapOutputs;
    }

    CountedBudget cached() {
        return cached;
    }

    /** Makes the storage of a context. */
    TaskStorage of(DriverConfig config) {
        Codec codec = config.shuffleCodec();
        SpillDirectories disk;
        synchronized (this) {
            disk = ofPrograms
                    .computeIfAbsent(config.directory(), unused -> new HashMap<>())
                    .computeIfAbsent(config.localDirectories(), SpillDirectories::lazy);
        }
        SharedOutputs outputs =
                new SharedOutputs(shared, disk, SpillOptions.defaults().with(codec));
        return new TaskStorage(buffers, buffers, disk, codec, (output, keep) -> share(outputs, output, keep));
    }

    private @Nullable MapOutput share(SharedOutputs outputs, MapOutput output, @Nullable Keep keep) {
        if (keep == null) {
            return outputs.share(output, mapOutputs);
        }
        if (keep != Keep.MEMORY) {
            return outputs.share(output, keep == Keep.DISK ? MemoryBudget.of(0) : cached);
        }
        // Where it has no room in memory it is not kept, as everywhere.
        Optional<MapOutput> kept = outputs.shareInMemory(output, cached);
        if (kept.isEmpty()) {
            output.close();
        }
        return kept.orElse(null);
    }

    /** Removes what a program has left on disk. */
    void forget(Path program) {
        Map<List<Path>, SpillDirectories> all;
        synchronized (this) {
            all = ofPrograms.remove(program);
        }
        if (all != null) {
            all.values().forEach(SpillDirectories::close);
        }
        Trees.delete(program);
    }

    @Override
    public void close() {
        List<Path> programs;
        synchronized (this) {
            programs = List.copyOf(ofPrograms.keySet());
        }
        programs.forEach(this::forget);
        shared.close();
    }
}
