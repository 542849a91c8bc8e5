// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.Pools;
import dev.sluice.worker.OutputListener;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Pools that programs leave, for the next that wants the same interpreter, path and preloaded modules: the zygote runs
 * already. Its workers do not stay: a worker never serves two programs.
 */
final class WarmPools implements Pools, AutoCloseable {
    /** Pools kept for programs to come; each holds one idle Python process. */
    private static final int KEPT = 4;

    private static final OutputListener NOBODY = (pid, stage, partition, piece) -> {};
    private static final Path ANYWHERE = Path.of("");

    private final Path directory;
    private final Map<WorkerPool, Lent> lent = new HashMap<>();
    private final Deque<Lent> warm = new ArrayDeque<>();
    private int made;
    private boolean closed;

    WarmPools(Path directory) {
        this.directory = directory;
    }

    @Override
    public WorkerPool take(DriverConfig config, OutputListener output) throws IOException {
        PoolOptions wanted = comparable(config.pool(ANYWHERE));
        Path place;
        synchronized (this) {
            for (Lent candidate : warm) {
                if (candidate.kind.equals(wanted)) {
                    warm.remove(candidate);
                    candidate.listener.pass(output);
                    lent.put(candidate.pool, candidate);
                    return candidate.pool;
                }
            }
            if (closed) {
                throw new IOException("the cluster is being stopped");
            }
            place = directory.resolve("pool" + made++);
        }
        Relay listener = new Relay(output);
        WorkerPool pool = new WorkerPool(config.pool(Files.createDirectory(place)), listener);
        synchronized (this) {
            lent.put(pool, new Lent(pool, wanted, listener, place));
        }
        return pool;
    }

    /** Without what is told to each worker when it is forked. */
    private static PoolOptions comparable(PoolOptions options) {
        return new PoolOptions(
                options.python(),
                options.packageDirectory(),
                options.directory(),
                options.environment(),
                options.hashSeed(),
                options.preload(),
                options.reuse(),
                options.idleTimeout(),
                options.startTimeout(),
                options.maxTasks(),
                options.strict(),
                options.maxGrowth(),
                Map.of(),
                options.versions(),
                options.maxFrameLength());
    }

    @Override
    public void giveBack(WorkerPool pool) {
        Lent unwanted;
        pool.clear();
        // Only as it was at first: a generation beside the zygote would still hold something of this program's.
        boolean clean = pool.zygotePids().size() == 1;
        synchronized (this) {
            unwanted = lent.remove(pool);
            if (unwanted != null && clean && !closed) {
                unwanted.listener.pass(NOBODY);
                warm.addFirst(unwanted);
                unwanted = warm.size() > KEPT ? warm.removeLast() : null;
            }
        }
        if (unwanted != null) {
            unwanted.pool.close();
            Trees.delete(unwanted.place);
        }
    }

    /** Ends the zygotes that wait. Idempotent. */
    @Override
    public void close() {
        Deque<Lent> all;
        synchronized (this) {
            closed = true;
            all = new ArrayDeque<>(warm);
            warm.clear();
        }
        all.forEach(one -> one.pool.close());
    }

    private record Lent(WorkerPool pool, PoolOptions kind, Relay listener, Path place) {}

    /** Passes output to the program that has the pool now. */
    private static final class Relay implements OutputListener {
        private volatile OutputListener target;

        Relay(OutputListener first) {
            this.target = first;
        }

        void pass(OutputListener next) {
            target = next;
        }

        @Override
        public void output(long pid, int stage, int partition, ByteBuffer piece) {
            target.output(pid, stage, partition, piece);
        }

        @Override
        public void started(long pid, long parent) {
            target.started(pid, parent);
        }

        @Override
        public void ended(long pid, String how) {
            target.ended(pid, how);
        }
    }
}
