// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.codec.Codec;
import dev.sluice.core.codec.Codecs;
import dev.sluice.core.memory.MemoryTable;
import dev.sluice.core.settings.Settings;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.LocalEngine;
import dev.sluice.os.DeflateCodecs;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.OutputListener;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** Engines in this JVM over a pool of workers, which outlives contexts that are started alike. */
final class LocalEngines implements EngineFactory {
    /** Workers forked before the first task asks for them; more are forked as they are needed. */
    private static final int PREPARED = 4;

    private final DriverConfig first;
    private final OutputListener output;
    private int pools;
    private PoolOptions poolOptions;
    private volatile WorkerPool pool;
    private volatile CountedBudget cacheBudget = new CountedBudget(0);

    LocalEngines(DriverConfig config, OutputListener output) throws IOException {
        this.first = config;
        this.output = output;
        this.poolOptions = config.pool(poolDirectory());
        this.pool = new WorkerPool(poolOptions, output);
    }

    /** For a driver's own JVM. */
    static SessionHost host() {
        return new SessionHost() {
            @Override
            public EngineFactory engines(DriverConfig config, OutputListener output) throws IOException {
                return new LocalEngines(config, output);
            }

            @Override
            public boolean shared() {
                return false;
            }
        };
    }

    private Path poolDirectory() throws IOException {
        return Files.createDirectory(first.directory().resolve("pool" + pools++));
    }

    @Override
    public Engine start(DriverConfig config, EventBus events) throws IOException {
        if (!config.pool(poolOptions.directory()).equals(poolOptions)) {
            pool.close();
            poolOptions = config.pool(poolDirectory());
            pool = new WorkerPool(poolOptions, output);
        }
        EngineOptions options = config.engine(shuffleCodec(config));
        MemoryTable memory = MemoryTable.of(config.configuration());
        pool.keepCached(config.live(memory, options.slots()));
        cacheBudget = new CountedBudget(memory.cache());
        Engine engine = new LocalEngine(
                pool,
                options,
                MemoryBudget.of(memory.shuffle()),
                cacheBudget,
                SpillDirectories.lazy(config.localDirectories()),
                events);
        prepare(options.slots());
        return engine;
    }

    private void prepare(int slots) {
        WorkerPool current = pool;
        Thread thread = new Thread(() -> current.prepare(Math.min(slots, PREPARED)), "sluice-prepare");
        thread.setDaemon(true);
        thread.start();
    }

    /** The codec of map output; zlib through C where that is at hand, which loads JNA, so only when it is asked for. */
    private static Codec shuffleCodec(DriverConfig config) {
        String name = config.configuration().get(Settings.SHUFFLE_CODEC);
        if (name.equals("zlib")) {
            Codecs.useZlib(DeflateCodecs.blockCodec(1));
        }
        return Codecs.named(name);
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
    public Map<String, String> versions() throws IOException {
        return pool.versions();
    }

    @Override
    public void close() {
        pool.close();
    }
}
