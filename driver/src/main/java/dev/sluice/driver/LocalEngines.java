// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.memory.MemoryTable;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.LocalEngine;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.spill.CountedBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.OutputListener;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Engines in this JVM over a pool of workers, which outlives contexts that are started alike. */
public final class LocalEngines implements EngineFactory {
    /** Workers forked before the first task asks for them; more are forked as they are needed. */
    private static final int PREPARED = 4;

    /** A pool's options but for its place, by which pools are compared. */
    private static final Path ANYWHERE = Path.of("");

    private final Pools pools;
    private final OutputListener output;
    private @Nullable PoolOptions poolOptions;
    private volatile WorkerPool pool;
    private volatile CountedBudget cacheBudget = new CountedBudget(0);
    private volatile CountedBudget shuffleBudget = new CountedBudget(0);

    /**
     * Takes a pool.
     *
     * @param config the program
     * @param output takes what its user code prints
     * @param pools where its pools come from
     * @throws IOException if no pool can be started
     */
    public LocalEngines(DriverConfig config, OutputListener output, Pools pools) throws IOException {
        this.pools = pools;
        this.output = output;
        this.poolOptions = config.pool(ANYWHERE);
        this.pool = pools.take(config, output);
    }

    /** For a driver's own JVM. */
    static SessionHost host() {
        return new SessionHost() {
            private final WebPages pages = new WebPages();

            @Override
            public WebPages pages() {
                return pages;
            }

            @Override
            public EngineFactory engines(DriverConfig config, OutputListener output) throws IOException {
                return new LocalEngines(config, output, new OwnPools());
            }

            @Override
            public boolean shared() {
                return false;
            }
        };
    }

    /** Pools in the run's directory, each used by one context after the other until another kind is needed. */
    private static final class OwnPools implements Pools {
        private int made;

        @Override
        public WorkerPool take(DriverConfig config, OutputListener output) throws IOException {
            Path directory = config.directory().resolve("pool" + made++);
            return new WorkerPool(config.pool(Files.createDirectory(directory)), output);
        }

        @Override
        public void giveBack(WorkerPool pool) {
            pool.close();
        }
    }

    @Override
    public Engine start(DriverConfig config, EventBus events) throws IOException {
        PoolOptions wanted = config.pool(ANYWHERE);
        if (!wanted.equals(poolOptions)) {
            // Unknown until there is one, so that the next context tries again.
            poolOptions = null;
            pools.giveBack(pool);
            pool = pools.take(config, output);
            poolOptions = wanted;
        }
        EngineOptions options = config.engine(config.shuffleCodec());
        MemoryTable memory = MemoryTable.of(config.configuration());
        pool.terms(config.live(memory, options.slots()), config.spill());
        cacheBudget = new CountedBudget(memory.cache());
        shuffleBudget = new CountedBudget(memory.shuffle());
        Engine engine = new LocalEngine(
                pool, options, shuffleBudget, cacheBudget, SpillDirectories.lazy(config.localDirectories()), events);
        pool.prepare(Math.min(options.slots(), PREPARED));
        return engine;
    }

    @Override
    public void clear(Collection<Long> broadcasts) {
        broadcasts.forEach(pool::drop);
        pool.clear();
    }

    @Override
    public Map<String, Object> workers() {
        WorkerPool current = pool;
        return Map.of("workers", current.workerPids(), "zygotes", current.zygotePids(), "forks", current.forks());
    }

    @Override
    public Map<String, Object> cache() {
        CountedBudget current = cacheBudget;
        return Map.of("cached", current.used(), "cacheLimit", current.limit());
    }

    @Override
    public List<ProcessState> processes(long driver) {
        return ProcessStates.of(pool, driver);
    }

    @Override
    public List<Budget> budgets() {
        return List.of(budget("shuffle and results", shuffleBudget), budget("cached partitions", cacheBudget));
    }

    private static Budget budget(String name, CountedBudget counted) {
        return new Budget(name, counted.used(), counted.limit());
    }

    @Override
    public Map<String, String> versions() throws IOException {
        return pool.versions();
    }

    @Override
    public void close() {
        pools.giveBack(pool);
    }
}
