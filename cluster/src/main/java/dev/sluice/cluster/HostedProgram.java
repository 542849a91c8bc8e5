// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.Pools;
import dev.sluice.engine.Lease;
import dev.sluice.engine.LeaseRunner;
import dev.sluice.engine.StageWork;
import dev.sluice.spill.MapOutput;
import dev.sluice.worker.OutputListener;
import dev.sluice.worker.PoolOptions;
import dev.sluice.worker.TaskOutput;
import dev.sluice.worker.Worker;
import dev.sluice.worker.WorkerHandle;
import dev.sluice.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program in an executor: its pool of workers, which serves nobody else, and the outputs that its tasks left here. Its
 * steps come one after the other, from one thread; leases from any.
 */
final class HostedProgram {
    private static final Logger LOG = LoggerFactory.getLogger(HostedProgram.class);

    /** As many as {@link StagesSent} on the other side. */
    static final int STAGES = 256;

    /** Workers forked before the first task asks for them. */
    private static final int PREPARED = 2;

    private static final int NONE = -1;
    private static final Path ANYWHERE = Path.of("");

    private final DriverConfig config;
    private final Pools pools;
    private final ExecutorStorage storage;
    private final StepQueue steps;
    private final OutputListener output;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, MapOutput> outputs = new ConcurrentHashMap<>();
    private final Map<Long, WorkerHandle> workers = new ConcurrentHashMap<>();
    private final Map<Long, TaskOutput.Reply> waiting = new ConcurrentHashMap<>();
    private final Map<Long, RunningLease> leases = new ConcurrentHashMap<>();
    private final Map<Long, String> stopped = new ConcurrentHashMap<>();
    /** Touched by the thread that reads orders only. */
    private final LinkedHashMap<Long, StageWork> stages = new LinkedHashMap<>();

    /** The context that it has, or the one before; touched by that thread only. */
    private int context = NONE;

    private volatile @Nullable WorkerPool pool;
    private volatile CompletableFuture<LeaseRunner> runner = new CompletableFuture<>();
    private @Nullable PoolOptions options;

    HostedProgram(DriverConfig config, Pools pools, ExecutorStorage storage, StepQueue steps, OutputListener output) {
        this.config = config;
        this.pools = pools;
        this.storage = storage;
        this.steps = steps;
        this.output = output;
    }

    /** Where its steps are to be done, one after the other: whatever may wait for a process of its own. */
    StepQueue steps() {
        return steps;
    }

    /** Takes a pool, whose zygote then starts unless it is warm. */
    void begin() {
        try {
            take(config);
        } catch (IOException | RuntimeException e) {
            // The next context tries again, and tells those who wait.
            LOG.warn("cannot start the workers of a program: {}", e.getMessage());
        }
    }

    private WorkerPool take(DriverConfig wanted) throws IOException {
        try {
            Files.createDirectories(config.directory());
        } catch (IOException e) {
            throw new IOException("an executor cannot make a program's directory: " + e, e);
        }
        PoolOptions kind = wanted.pool(ANYWHERE);
        WorkerPool current = pool;
        if (current != null && kind.equals(options)) {
            return current;
        }
        if (current != null) {
            pool = null;
            pools.giveBack(current);
        }
        WorkerPool taken = pools.take(wanted, output);
        options = kind;
        pool = taken;
        return taken;
    }

    /** Says that leases from here on belong to another context; called before {@link #context}, by who reads orders. */
    CompletableFuture<LeaseRunner> next(int number) {
        context = number;
        CompletableFuture<LeaseRunner> coming = new CompletableFuture<>();
        runner = coming;
        return coming;
    }

    /** Says that leases of a context mean nothing any more, since its jobs have ended; called by who reads orders. */
    void contextOver(int number) {
        if (context == number) {
            context = NONE;
            stages.clear();
        }
    }

    /** Tells whether leases of a context are to be run; called by who reads orders. */
    boolean serves(int number) {
        return context == number;
    }

    /** Begins a context. */
    void context(JsonObject told, CompletableFuture<LeaseRunner> coming) {
        try {
            DriverConfig now = config.with(told);
            WorkerPool taken = take(now);
            taken.terms(storage.live(now), now.spill());
            coming.complete(new LeaseRunner(taken, storage.of(now)));
            taken.prepare(PREPARED);
        } catch (IOException | RuntimeException e) {
            coming.completeExceptionally(e);
        }
    }

    /** Ends a context: what was kept for it goes, the pool stays. */
    void clear(List<Long> broadcasts) {
        outputs.values().forEach(MapOutput::close);
        outputs.clear();
        workers.clear();
        WorkerPool current = pool;
        if (current != null) {
            broadcasts.forEach(current::drop);
            current.clear();
        }
    }

    /** Ends the program: its pool may serve another once no worker of this one is left in it. */
    void end() {
        leases.values().forEach(RunningLease::kill);
        clear(List.of());
        WorkerPool current = pool;
        pool = null;
        if (current != null) {
            pools.giveBack(current);
        }
        storage.forget(config.directory());
    }

    void stage(long number, StageWork work) {
        // What is sent last, be it again, has to go last.
        stages.remove(number);
        stages.put(number, work);
        if (stages.size() > STAGES) {
            stages.remove(stages.keySet().iterator().next());
        }
    }

    StageWork stage(long number) {
        StageWork work = stages.get(number);
        if (work == null) {
            throw new SluiceException("a lease of a stage that the executor was not told of: stage=" + number);
        }
        return work;
    }

    /** Notes a lease that is about to be run; returns what does that. */
    Runnable admit(long id, Lease<RemoteAttempt> lease, Outbox outbox) {
        RunningLease running = new RunningLease(id, lease, this, outbox);
        leases.put(id, running);
        CompletableFuture<LeaseRunner> by = runner;
        return () -> {
            LeaseRunner ready;
            try {
                ready = by.join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                running.refused(lease, new IOException(String.valueOf(cause.getMessage()), e));
                running.over(lease);
                return;
            }
            ready.run(lease, running);
        };
    }

    @Nullable
    RunningLease lease(long id) {
        return leases.get(id);
    }

    void over(long lease) {
        RunningLease ended = leases.remove(lease);
        if (ended != null) {
            waiting.remove(ended.lease().first().attemptId());
        }
    }

    /** Notes a worker that serves the program. */
    void met(WorkerHandle worker) {
        if (workers.put(worker.pid(), worker) == null) {
            workers.values().removeIf(WorkerHandle::ended);
        }
    }

    @Nullable
    WorkerHandle worker(long pid) {
        return workers.get(pid);
    }

    List<WorkerHandle> workers() {
        return List.copyOf(workers.values());
    }

    /** Says why a worker is about to be stopped by us, for who explains its end. */
    void stopped(long pid, String reason) {
        stopped.put(pid, reason);
    }

    /** A worker's end, explained by who brought it about, if that was us. */
    String explained(long pid, String reason) {
        String ours = stopped.remove(pid);
        return ours == null ? reason : ours;
    }

    void waits(long attempt, TaskOutput.Reply reply) {
        waiting.put(attempt, reply);
    }

    TaskOutput.@Nullable Reply answered(long attempt) {
        return waiting.remove(attempt);
    }

    /** Keeps an output until it is freed; returns its number. */
    long keep(MapOutput made) {
        long number = numbers.incrementAndGet();
        outputs.put(number, made);
        return number;
    }

    void free(List<Long> unwanted) {
        for (long number : unwanted) {
            MapOutput output = outputs.remove(number);
            if (output != null) {
                output.close();
            }
        }
    }

    void drop(long broadcast) {
        WorkerPool current = pool;
        if (current != null) {
            current.drop(broadcast);
        }
    }

    void uncache(long pid, long dataset) {
        WorkerHandle worker = workers.get(pid);
        if (worker != null) {
            worker.uncache(dataset);
        }
    }

    /** Ends the workers that have nothing to do. */
    void shrink() {
        WorkerPool current = pool;
        if (current != null) {
            current.shrink();
        }
    }

    /** What there is of it here, for who asks. */
    Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        WorkerPool current = pool;
        described.put("workers", current == null ? List.of() : current.workerPids());
        described.put("zygotes", current == null ? List.of() : current.zygotePids());
        described.put("forks", current == null ? 0L : current.forks());
        described.put("outputs", outputs.size());
        described.put("leases", leases.size());
        List<Map<String, Object>> processes = new ArrayList<>();
        if (current != null) {
            String role = "zygote";
            for (long pid : current.zygotePids()) {
                processes.add(process(pid, role, "waits", Set.of()));
                role = "generation";
            }
            for (Worker worker : current.workers()) {
                processes.add(process(worker.pid(), "worker", worker.leased() ? "busy" : "idle", worker.broadcasts()));
            }
        }
        described.put("processes", processes);
        return described;
    }

    private static Map<String, Object> process(long pid, String role, String status, Set<Long> broadcasts) {
        return Map.of("pid", pid, "role", role, "status", status, "broadcasts", List.copyOf(broadcasts));
    }

    /** What its workers run; waits for a zygote. */
    Map<String, String> versions() throws IOException {
        WorkerPool current = pool;
        return current == null ? take(config).versions() : current.versions();
    }
}
