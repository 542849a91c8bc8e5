// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.Json;
import dev.sluice.os.OsException;
import dev.sluice.os.ProcessMemory;
import dev.sluice.worker.WorkerHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the private memory of an executor's workers, and keeps them below a limit by a ladder: workers spill at limits
 * of their own; above four fifths of the limit idle ones are ended and fewer slots are used; above the limit the largest
 * is stopped, and its task runs again with nothing beside it.
 */
final class WorkerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerWatch.class);
    private static final long LOOK_MILLIS = 1_000;

    /** Times that memory must be low before another slot is used again. */
    private static final int CALM = 3;

    private final ExecutorConfig config;
    private final Map<Integer, HostedProgram> programs;
    private final Outbox outbox;
    private final long limit;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-memory");
        thread.setDaemon(true);
        return thread;
    });
    private int allowed;
    private int calm;
    private long stopped;

    WorkerWatch(ExecutorConfig config, Map<Integer, HostedProgram> programs, Outbox outbox) {
        this.config = config;
        this.programs = programs;
        this.outbox = outbox;
        this.limit = config.workerMemory();
        this.allowed = config.slots();
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private record Use(HostedProgram program, WorkerHandle worker, ProcessMemory memory) {
        long own() {
            return memory.privateBytes() >= 0 ? memory.privateBytes() : memory.rss();
        }
    }

    private void look() {
        try {
            List<Use> uses = measure();
            long total = uses.stream().mapToLong(Use::own).sum();
            if (total > limit) {
                stopLargest(uses, total);
            } else if (total > limit / 5 * 4) {
                throttle(total);
            } else if (allowed < config.slots() && ++calm >= CALM) {
                calm = 0;
                allowed++;
            }
            tell(uses, total);
        } catch (RuntimeException e) {
            LOG.warn("the workers' memory could not be looked at", e);
        }
    }

    private List<Use> measure() {
        List<Use> uses = new ArrayList<>();
        for (HostedProgram program : programs.values()) {
            for (WorkerHandle worker : program.workers()) {
                try {
                    if (!worker.ended()) {
                        uses.add(new Use(program, worker, ProcessMemory.of(worker.pid())));
                    }
                } catch (OsException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return uses;
    }

    private void throttle(long total) {
        calm = 0;
        programs.values().forEach(HostedProgram::shrink);
        if (allowed > 1) {
            allowed--;
            LOG.info(
                    "memory is short, so fewer tasks run at once: private bytes={} limit={} slots={}",
                    total,
                    limit,
                    allowed);
        }
    }

    private void stopLargest(List<Use> uses, long total) {
        calm = 0;
        programs.values().forEach(HostedProgram::shrink);
        allowed = 1;
        uses.stream()
                .filter(use -> use.worker().leased())
                .max(Comparator.comparingLong(Use::own))
                .ifPresent(use -> {
                    String reason = "worker stopped: pid=" + use.worker().pid() + " private memory=" + use.own()
                            + " bytes, all workers of its executor " + total
                            + ", more than sluice.executor.workerMemory="
                            + limit + "; it runs again alone: give the cluster more memory, or make partitions smaller";
                    LOG.warn("{}", reason);
                    stopped++;
                    use.program().stopped(use.worker().pid(), reason);
                    use.worker().kill();
                });
    }

    private void tell(List<Use> uses, long total) {
        List<Map<String, Object>> workers = new ArrayList<>();
        List<Long> alive = new ArrayList<>();
        for (Use use : uses) {
            alive.add(use.worker().pid());
            workers.add(Map.of(
                    "pid", use.worker().pid(),
                    "busy", use.worker().leased(),
                    "pss", use.memory().pss(),
                    "private", use.own()));
        }
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("workers", workers);
        state.put("alive", alive);
        state.put("privateBytes", total);
        state.put("limit", limit);
        state.put("allowed", allowed);
        state.put("stopped", stopped);
        outbox.tell(
                News.STATE,
                new Packer()
                        .blob(Json.write(state).getBytes(StandardCharsets.UTF_8))
                        .packed());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
