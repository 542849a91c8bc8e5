// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of forked Python workers behind one zygote. Thread-safe. A caller leases a worker with {@link #acquire}, runs
 * tasks on it, and gives it back with {@link #release}; the pool decides whether it is used again.
 */
public final class WorkerPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    /** Peers say hello right after they connect, however long they took to start. */
    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);
    /** Zygotes that may end under one request for a worker before the caller is told. */
    private static final int MAX_PARENTS = 3;

    private final PoolOptions options;
    private final OutputListener listener;
    private final OutputPump pump;
    private final Doorman doorman;
    private final ZygoteProcess process;
    private final Generations generations;
    private final ScheduledExecutorService janitor;
    private final AtomicLong forks = new AtomicLong();
    private final Arrivals arrivals = new Arrivals();
    private volatile long live;
    private volatile Map<String, Object> spill;
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Set<Worker> leased = new HashSet<>();
    private final List<List<ZygoteLink>> leaving = new ArrayList<>();
    private boolean closed;
    /** Counts what cleared the pool: a worker that was leased in an earlier one knows stages of somebody who has ended. */
    private volatile long era;

    /**
     * Starts a pool; its zygote starts in the background.
     *
     * @param options how to start and keep workers
     * @param listener takes what user code prints, and hears of workers' lives
     * @throws IOException if the socket or the zygote cannot be started
     */
    public WorkerPool(PoolOptions options, OutputListener listener) throws IOException {
        this.options = options;
        this.listener = listener;
        this.spill = options.spill();
        // First of all, since everything waits for it; the zygote tries again until the socket is there.
        this.process = new ZygoteProcess(options, options.directory().resolve("workers.sock"));
        process.start();
        this.generations = new Generations(this);
        try {
            this.pump = new OutputPump(listener);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        try {
            this.doorman = new Doorman(
                    options.directory().resolve("workers.sock"),
                    HELLO_TIMEOUT,
                    options.maxFrameLength(),
                    "sluice-pool",
                    this::welcome);
        } catch (IOException e) {
            pump.close();
            process.close();
            throw e;
        }
        this.janitor = Executors.newSingleThreadScheduledExecutor(task -> Doorman.daemon(task, "sluice-pool-janitor"));
        long period = Math.max(20, Math.min(1000, options.idleTimeout().toMillis() / 4));
        janitor.scheduleWithFixedDelay(this::retireIdle, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Leases a worker: an idle one if possible, else a new one.
     *
     * @param broadcasts the broadcasts that its tasks read; large ones are unpickled once in a generation first
     * @param path the driver's module search path, for what broadcasts hold
     * @return a worker that nobody else uses
     * @throws IOException if no worker can be started; the message says why
     */
    public Worker acquire(List<BroadcastFile> broadcasts, List<String> path) throws IOException {
        return acquire(broadcasts, path, null);
    }

    /**
     * Leases a worker: a certain one if it is idle, else as {@link #acquire(List, List)}.
     *
     * @param broadcasts the broadcasts that its tasks read; large ones are unpickled once in a generation first
     * @param path the driver's module search path, for what broadcasts hold
     * @param preferred the worker to take if it is idle; null for any
     * @return a worker that nobody else uses
     * @throws IOException if no worker can be started; the message says why
     */
    public Worker acquire(List<BroadcastFile> broadcasts, List<String> path, @Nullable WorkerHandle preferred)
            throws IOException {
        long begun = era;
        Worker worker = idleOrNew(broadcasts, path, preferred);
        worker.leased(true, begun);
        synchronized (this) {
            if (closed) {
                worker.kill();
                throw new IOException("the worker pool is closed");
            }
            leased.add(worker);
        }
        return worker;
    }

    private Worker idleOrNew(List<BroadcastFile> broadcasts, List<String> path, @Nullable WorkerHandle preferred)
            throws IOException {
        for (int parents = 1; ; parents++) {
            try {
                ZygoteLink newest = generations.holding(broadcasts, path);
                Worker worker = pollIdle(newest, preferred);
                return worker != null ? worker : Arrivals.await(fork(newest), "a worker", options.startTimeout());
            } catch (ParentLostException e) {
                if (parents == MAX_PARENTS) {
                    throw e;
                }
                LOG.info("asking another process for a worker: {}", e.getMessage());
            }
        }
    }

    private @Nullable Worker pollIdle(ZygoteLink newest, @Nullable WorkerHandle preferred) {
        List<Worker> stale = new ArrayList<>();
        Worker found = null;
        synchronized (this) {
            if (preferred instanceof Worker wanted && idle.remove(wanted)) {
                idle.addFirst(wanted);
            }
            while (found == null && !idle.isEmpty()) {
                Worker worker = idle.removeFirst();
                if (worker.parent() == newest && newest.alive()) {
                    found = worker;
                } else {
                    stale.add(worker);
                }
            }
        }
        // Outside the lock: what they printed last goes to the listener, which is not ours.
        stale.forEach(Worker::close);
        return found;
    }

    /**
     * Gives a worker back.
     *
     * @param worker a leased worker that runs no task
     */
    public void release(Worker worker) {
        boolean keep = (options.reuse() || worker.tasks() == 0) && worker.reusable(options.maxTasks());
        List<ZygoteLink> free;
        synchronized (this) {
            leased.remove(worker);
            if (keep && !closed && worker.era() == era && generations.isNewest(worker.parent())) {
                worker.leased(false, era);
                idle.addFirst(worker);
                return;
            }
            free = takeFree();
        }
        worker.retire();
        free.forEach(ZygoteLink::close);
    }

    /** Ends generations once no leased worker is a child of theirs: a busy one would die with its parent. */
    void closeWhenFree(List<ZygoteLink> generations) {
        List<ZygoteLink> free;
        synchronized (this) {
            leaving.add(generations);
            free = takeFree();
        }
        free.forEach(ZygoteLink::close);
    }

    private List<ZygoteLink> takeFree() {
        List<ZygoteLink> free = new ArrayList<>();
        leaving.removeIf(
                group -> leased.stream().noneMatch(worker -> group.contains(worker.parent())) && free.addAll(group));
        return free;
    }

    /**
     * Forgets a broadcast: workers drop it before their next stage, generations when enough of what they hold is dead.
     *
     * @param id the broadcast
     */
    public void drop(long id) {
        List<Worker> ended = new ArrayList<>();
        synchronized (this) {
            for (Worker worker : idle) {
                if (worker.parent().broadcasts().contains(id)) {
                    ended.add(worker);
                }
                worker.memory().drop(id);
            }
            idle.removeAll(ended);
            leased.forEach(worker -> worker.memory().drop(id));
        }
        ended.forEach(Worker::close);
        generations.drop(id);
    }

    /**
     * Returns how many workers were forked since the start.
     *
     * @return the count
     */
    public long forks() {
        return forks.get();
    }

    /**
     * Returns the process ids of all workers, idle ones first.
     *
     * @return pids
     */
    public List<Long> workerPids() {
        return workers().stream().map(Worker::pid).toList();
    }

    /**
     * Returns all workers, idle ones first.
     *
     * @return the workers, to look at
     */
    public synchronized List<Worker> workers() {
        List<Worker> workers = new ArrayList<>(idle);
        workers.addAll(leased);
        return workers;
    }

    /**
     * Returns the process ids of the zygote and its generations.
     *
     * @return pids, the zygote's first
     */
    public List<Long> zygotePids() {
        return generations.pids();
    }

    /**
     * Returns the version of Python and of cloudpickle that the workers run; waits for the zygote.
     *
     * @return names and versions
     * @throws IOException if the zygote does not start
     */
    public Map<String, String> versions() throws IOException {
        JsonObject hello = process.hello();
        return Map.of("python", hello.text("python"), "cloudpickle", hello.text("cloudpickle"));
    }

    /**
     * Sets what each worker forked from now on is told.
     *
     * @param kept bytes that it may use to keep cached partitions as objects; 0, as at the start, keeps none
     * @param limits of aggregation, in place of {@link PoolOptions#spill}
     */
    public void terms(long kept, Map<String, Object> limits) {
        live = kept;
        spill = limits;
    }

    /** Ends all workers: idle ones now, leased ones when they are given back. Waits for nothing. */
    public void clear() {
        endIdle(true);
    }

    /** Ends all idle workers, since memory is short. Waits for nothing. */
    public void shrink() {
        endIdle(false);
    }

    private void endIdle(boolean leasedToo) {
        List<Worker> all;
        synchronized (this) {
            all = List.copyOf(idle);
            idle.clear();
            if (leasedToo) {
                era++;
            }
        }
        all.forEach(Worker::close);
    }

    private void retireIdle() {
        List<Worker> old = new ArrayList<>();
        synchronized (this) {
            idle.removeIf(worker -> worker.idleNanos() > options.idleTimeout().toNanos() && old.add(worker));
        }
        old.forEach(Worker::close);
    }

    /**
     * Forks workers ahead of the first tasks, those of before the next {@link #clear}. Waits for nothing; what cannot be
     * started now is tried again, and reported, by {@link #acquire}.
     *
     * @param count how many
     */
    public void prepare(int count) {
        // Now, since the thread may come late: after a clear, what it forks is not for those who came next.
        long begun = era;
        Doorman.daemon(() -> forkAhead(count, begun), "sluice-prepare").start();
    }

    private void forkAhead(int count, long begun) {
        try {
            ZygoteLink from = generations.holding(List.of(), List.of());
            for (int i = 0; i < count; i++) {
                fork(from).thenAccept(worker -> {
                    worker.leased(false, begun);
                    release(worker);
                });
            }
        } catch (IOException e) {
            LOG.debug("no worker was forked ahead: {}", e.getMessage());
        }
    }

    private CompletableFuture<Worker> fork(ZygoteLink from) throws IOException {
        Arrival arrival = new Arrival(from);
        request(
                from,
                FrameType.FORK,
                Map.of("strict", options.strict(), "maxGrowth", options.maxGrowth(), "live", live, "spill", spill),
                arrival);
        forks.incrementAndGet();
        return arrival.worker;
    }

    /** Asks a zygote for a generation; it arrives with a hello of its own. */
    ZygoteLink load(ZygoteLink from, List<BroadcastFile> files, List<String> path, List<Long> dropped, Set<Long> holds)
            throws IOException {
        Arrival arrival = new Arrival(from);
        arrival.holds = holds;
        List<Map<String, Object>> entries = new ArrayList<>();
        for (BroadcastFile file : files) {
            entries.add(Map.of("id", file.id(), "path", file.path(), "length", file.length()));
        }
        Map<String, Object> body = Map.of("broadcasts", entries, "dropped", dropped, "sysPath", path);
        request(from, FrameType.LOAD, body, arrival);
        return Arrivals.await(arrival.generation, "a generation", options.startTimeout());
    }

    private void request(ZygoteLink from, FrameType type, Map<String, ?> body, Arrival arrival) throws IOException {
        int number = arrivals.expect(arrival);
        try {
            from.request(type, number, body);
        } catch (IOException e) {
            arrivals.forget(number);
            throw e;
        }
    }

    private void welcome(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException {
        String role = hello.text("role");
        if (role.equals("zygote")) {
            ZygoteLink link =
                    new ZygoteLink(hello.number("pid"), Set.of(), channel, reader, arrivals::failed, this::died);
            process.arrived(hello, link);
            link.listen(() -> lost(link));
            return;
        }
        Arrival arrival = arrivals.get(hello.integer("request"));
        if (arrival == null) {
            synchronized (this) {
                if (closed) {
                    // Forked a moment before the end.
                    Channels.close(channel);
                    return;
                }
            }
            throw new ProtocolException("nobody waits for it: role=" + role + " request=" + hello.integer("request"));
        }
        switch (role) {
            case "generation" -> {
                ZygoteLink link = new ZygoteLink(
                        hello.number("pid"), arrival.holds, channel, reader, arrivals::failed, this::died);
                if (hello.text("failure", "").isEmpty()) {
                    if (arrival.generation.complete(link)) {
                        link.listen(() -> lost(link));
                    } else {
                        link.close();
                    }
                } else {
                    arrival.generation.completeExceptionally(new SluiceException(hello.text("failure")));
                    Channels.close(channel);
                }
            }
            case "output" -> {
                if (!arrival.output.complete(channel)) {
                    throw new ProtocolException("a second output of one worker: request=" + hello.integer("request"));
                }
            }
            case "worker" -> arrived(arrival, hello, channel, reader);
            default -> throw new ProtocolException("unknown role: " + role);
        }
    }

    private void arrived(Arrival arrival, JsonObject hello, SocketChannel channel, FrameReader reader)
            throws IOException {
        try {
            // The output connection was made first, so it is here or about to be.
            SocketChannel output = arrival.output
                    .orTimeout(HELLO_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            long pid = hello.number("pid");
            Path claims = options.directory().resolve("claims-" + hello.integer("request"));
            Worker worker = new Worker(pid, arrival.parent, channel, reader, pump.add(output, pid), claims);
            listener.started(pid, arrival.parent.pid());
            if (!arrival.worker.complete(worker)) {
                worker.kill();
            }
        } catch (IOException | RuntimeException e) {
            arrival.fail(e);
            throw e;
        }
    }

    private void lost(ZygoteLink link) {
        // First of all: who waits for an arrival may hold the lock of the generations.
        arrivals.lost(link);
        generations.lost(link);
    }

    /** Takes a worker that died while it was idle out of the way of the next task. */
    private void died(long pid, String how) {
        listener.ended(pid, how);
        List<Worker> gone = new ArrayList<>();
        synchronized (this) {
            idle.removeIf(worker -> worker.pid() == pid && gone.add(worker));
        }
        gone.forEach(Worker::close);
    }

    PoolOptions options() {
        return options;
    }

    ZygoteProcess process() {
        return process;
    }

    /** Ends idle workers of all but the newest generation. */
    void retireOlder(ZygoteLink newest) {
        List<Worker> old = new ArrayList<>();
        synchronized (this) {
            idle.removeIf(worker -> worker.parent() != newest && old.add(worker));
        }
        old.forEach(Worker::close);
    }

    /** Ends every worker, generation and the zygote, and waits for the zygote's end. Idempotent. */
    @Override
    public void close() {
        List<Worker> all = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all.addAll(idle);
            all.addAll(leased);
            idle.clear();
        }
        janitor.shutdownNow();
        all.forEach(Worker::close);
        generations.close();
        process.close();
        arrivals.closed();
        doorman.close();
        pump.close();
    }
}
