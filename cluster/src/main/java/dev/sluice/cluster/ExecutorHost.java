// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.driver.SessionHost;
import dev.sluice.driver.WebPages;
import dev.sluice.engine.Scheduler;
import dev.sluice.spill.CountedBudget;
import dev.sluice.spill.MapOutput;
import dev.sluice.worker.Doorman;
import dev.sluice.worker.OutputListener;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every program's tasks in executors: processes that it starts, replaces when they are lost, and tells which programs
 * there are.
 */
final class ExecutorHost implements SessionHost, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorHost.class);
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Duration HELLO = Duration.ofSeconds(10);
    private static final long FREE_MILLIS = 20;
    private static final long LOOK_SECONDS = 1;

    /** Starts that may fail one after the other before each is waited for longer. */
    private static final int QUICK_STARTS = 3;

    private static final long SLOW_START_MILLIS = 2_000;

    private final ExecutorSettings settings;
    private final Path directory;
    private final Path sharedMemory;
    private final WebPages pages = new WebPages();
    private final CountedBudget results;
    private final Fleet fleet;
    private final Doorman doorman;
    private final Map<Integer, ExecutorProcess> starting = new ConcurrentHashMap<>();
    private final Map<Integer, HostProgram> programs = new ConcurrentHashMap<>();
    private final CountDownLatch ready;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-executors");
        thread.setDaemon(true);
        return thread;
    });
    private int nextExecutor;
    private int nextProgram;
    private int failedStarts;
    private volatile boolean closed;

    /**
     * Starts executors; returns before they are there.
     *
     * @param settings how many, and what each may use
     * @param directory a private directory of the coordinator's
     * @param sharedMemory the same in shared memory; made here
     * @throws IOException if the first cannot be started
     */
    ExecutorHost(ExecutorSettings settings, Path directory, Path sharedMemory) throws IOException {
        this.settings = settings;
        this.directory = directory;
        this.sharedMemory = sharedMemory;
        this.ready = new CountDownLatch(settings.executors());
        Files.createDirectory(sharedMemory, PRIVATE);
        this.results = new CountedBudget(settings.results());
        this.fleet = new Fleet(settings.fifo());
        this.doorman = new Doorman(
                directory.resolve("executors.sock"), HELLO, Integer.MAX_VALUE, "sluice-executor", this::welcome);
        try {
            for (int i = 0; i < settings.executors(); i++) {
                startOne();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        timer.scheduleWithFixedDelay(this::endSilent, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until all executors are there. */
    void awaitReady() {
        try {
            if (!ready.await(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SluiceException("the executors did not start within " + settings.startTimeout() + ": missing="
                        + ready.getCount() + "; see their logs in "
                        + settings.logs().get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException("interrupted while the executors start", e);
        }
    }

    private synchronized void startOne() throws IOException {
        if (closed) {
            return;
        }
        int number = nextExecutor++;
        ExecutorConfig config = settings.config(
                number,
                directory.resolve("executors.sock"),
                directory.resolve("executor" + number),
                sharedMemory.resolve("executor" + number));
        ExecutorProcess process = ExecutorProcess.start(
                config, settings.ofOne(), settings.logs().get().resolve("executor-" + number + ".log"));
        starting.put(number, process);
        process.onExit(() -> {
            if (starting.remove(number) != null) {
                failedStarts++;
                LOG.warn("{} before it was ready", process.end());
                replace();
                process.removeFiles();
            }
        });
    }

    /** Starts another in the place of one that was lost: at once, unless the last ones have all ended at their start. */
    private void replace() {
        if (closed) {
            return;
        }
        try {
            timer.schedule(
                    () -> {
                        try {
                            startOne();
                        } catch (IOException | RuntimeException e) {
                            LOG.error("cannot start an executor", e);
                            failedStarts++;
                            replace();
                        }
                    },
                    failedStarts < QUICK_STARTS ? 0 : SLOW_START_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The cluster ends.
        }
    }

    private void welcome(JsonObject hello, SocketChannel channel, FrameReader reader) throws IOException {
        ExecutorProcess process = starting.get(hello.integer("number"));
        if (process == null
                || process.pid() != hello.number("pid")
                || !hello.text("role").equals("executor")) {
            throw new ProtocolException("nobody waits for it: executor=" + hello.integer("number"));
        }
        ExecutorLink link = new ExecutorLink(process, channel, reader);
        fleet.lock().lock();
        try {
            // In one step, so that a program or context that begins now is told to it once.
            if (starting.remove(process.config().number()) == null) {
                // It has ended meanwhile, and is being replaced.
                link.close();
                return;
            }
            for (HostProgram program : programs.values()) {
                introduce(link, program);
            }
            fleet.add(link);
            failedStarts = 0;
        } finally {
            fleet.lock().unlock();
        }
        ready.countDown();
        LOG.info("{} is there", link);
        try {
            new NewsDesk(fleet, link, programs::get, (program, output) -> freeSoon(link, program, output)).serve();
        } catch (RuntimeException e) {
            LOG.error("{} said what it should not, and is ended", link, e);
            process.kill();
        } finally {
            lost(link);
        }
    }

    private static void introduce(ExecutorLink link, HostProgram program) {
        link.tell(Order.PROGRAM, new Packer().i32(program.number()).json(program.told()));
        HostProgram.Context context = program.context();
        if (context != null) {
            tell(link, program, context);
        }
    }

    private static void tell(ExecutorLink link, HostProgram program, HostProgram.Context context) {
        link.tell(
                Order.CONTEXT,
                new Packer().i32(program.number()).i32(context.number()).json(context.told()));
    }

    /** Lets the tasks of an executor that is gone run again, and what they read that was its. */
    private void lost(ExecutorLink link) {
        fleet.lock().lock();
        try {
            fleet.remove(link);
        } finally {
            fleet.lock().unlock();
        }
        link.close();
        if (closed) {
            return;
        }
        replace();
        String reason = link.process().end();
        LOG.warn("{}; its tasks run again", reason);
        for (Scheduler scheduler : fleet.schedulers()) {
            scheduler.lose(output -> isOf(link, output));
        }
        for (OpenLease open : link.leases()) {
            fleet.lost(link, open, reason, true);
        }
        // Last: jobs wait for the rest, and its workers may still be about to end in there.
        link.process().removeFiles();
    }

    private static boolean isOf(ExecutorLink link, MapOutput output) {
        return output.file().map(link::owns).orElse(false);
    }

    /** Outputs are let go many at once, when a node is forgotten, and each is a small matter. */
    private void freeSoon(ExecutorLink link, int program, long output) {
        if (link.free(program, output)) {
            try {
                timer.schedule(link::tellUnwanted, FREE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The cluster ends, and all files with it.
            }
        }
    }

    /** Ends executors that say nothing: each says something every second. */
    private void endSilent() {
        for (ExecutorLink link : fleet.links()) {
            Duration silent = Duration.ofSeconds(link.silence().look() * LOOK_SECONDS);
            if (silent.compareTo(settings.silence()) >= 0) {
                LOG.warn("{} has said nothing for {}, and is ended", link, settings.silence());
                link.process().kill();
            }
        }
    }

    @Override
    public EngineFactory engines(DriverConfig config, OutputListener output) {
        HostProgram program;
        fleet.lock().lock();
        try {
            program = new HostProgram(nextProgram++, config.start(), output);
            programs.put(program.number(), program);
            for (ExecutorLink link : fleet.links()) {
                introduce(link, program);
            }
        } finally {
            fleet.lock().unlock();
        }
        return new ExecutorEngines(this, program, config);
    }

    /** Begins a context in all executors, those to come too. */
    void context(HostProgram program, Scheduler scheduler, JsonObject told) {
        fleet.lock().lock();
        try {
            HostProgram.Context context = new HostProgram.Context(fleet.begun(program, scheduler), told);
            program.context(context);
            for (ExecutorLink link : fleet.links()) {
                tell(link, program, context);
            }
        } finally {
            fleet.lock().unlock();
        }
    }

    /** Ends a context: its scheduler's tasks run nowhere any more. */
    void ended(HostProgram program, Scheduler scheduler) {
        fleet.lock().lock();
        try {
            program.context(null);
            fleet.ended(scheduler);
        } finally {
            fleet.lock().unlock();
        }
    }

    /** Lets executors free what a context has left, and forget these broadcasts. */
    void clear(HostProgram program, List<Long> broadcasts) {
        fleet.lock().lock();
        try {
            for (ExecutorLink link : fleet.links()) {
                link.forget(program.number());
                Packer ended = new Packer().i32(program.number()).i32(program.ended());
                link.tell(Order.CLEAR, ended.list(broadcasts, Packer::i64));
            }
        } finally {
            fleet.lock().unlock();
        }
    }

    /** Ends a program in all executors. */
    void end(HostProgram program) {
        fleet.lock().lock();
        try {
            if (programs.remove(program.number()) == null) {
                return;
            }
            for (ExecutorLink link : fleet.links()) {
                link.forget(program.number());
                link.tell(Order.END, new Packer().i32(program.number()));
            }
        } finally {
            fleet.lock().unlock();
        }
    }

    /** Memory for results on their way to drivers: one heap has those of all programs. */
    CountedBudget results() {
        return results;
    }

    Fleet fleet() {
        return fleet;
    }

    /** The executors with their processes' memory, for who watches. */
    List<Map<String, Object>> describe() {
        List<Map<String, Object>> described = new ArrayList<>();
        for (ExecutorLink link : fleet.links()) {
            described.add(link.describe());
        }
        return described;
    }

    @Override
    public WebPages pages() {
        return pages;
    }

    @Override
    public boolean shared() {
        return true;
    }

    /** Ends all executors and removes their files. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        pages.close();
        timer.shutdownNow();
        fleet.close();
        doorman.close();
        List<ExecutorProcess> all = new ArrayList<>(starting.values());
        starting.clear();
        for (ExecutorLink link : fleet.links()) {
            all.add(link.process());
            // Its end tells it to end; it gives its workers back to the kernel by itself.
            link.close();
        }
        all.forEach(process -> {
            String unused = process.end();
            process.removeFiles();
        });
        Trees.delete(sharedMemory);
    }
}
