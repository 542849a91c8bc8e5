// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.driver.EngineFactory;
import dev.sluice.engine.Engine;
import dev.sluice.engine.EngineOptions;
import dev.sluice.engine.EventBus;
import dev.sluice.engine.Scheduler;
import dev.sluice.engine.TaskStorage;
import dev.sluice.engine.watch.ProgramState.Budget;
import dev.sluice.engine.watch.ProgramState.ProcessState;
import dev.sluice.os.OsException;
import dev.sluice.os.ProcessMemory;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The engines of one program, whose tasks run in executors; its pools there outlive its contexts. */
final class ExecutorEngines implements EngineFactory {
    /** What all executors together may take to answer; and what a person who looks waits for one that hangs. */
    private static final long ANSWER_MILLIS = 5000;

    private static final long LOOK_MILLIS = 1000;

    private final ExecutorHost host;
    private final HostProgram program;
    private final DriverConfig first;

    private @Nullable List<JsonObject> seen;
    private long seenAt;

    ExecutorEngines(ExecutorHost host, HostProgram program, DriverConfig first) {
        this.host = host;
        this.program = program;
        this.first = first;
    }

    @Override
    public Engine start(DriverConfig config, EventBus events) {
        EngineOptions options = config.engine(config.shuffleCodec());
        TaskStorage results = new TaskStorage(
                host.results(),
                MemoryBudget.of(0),
                SpillDirectories.lazy(config.localDirectories()),
                options.codec(),
                TaskStorage.Sharing.NONE);
        Fleet fleet = host.fleet();
        Scheduler scheduler = new Scheduler(options, results, fleet.lock(), fleet.schedule(), events);
        host.context(program, scheduler, config.start());
        return new ExecutorEngine(host, program, scheduler);
    }

    @Override
    public void clear(Collection<Long> broadcasts) {
        host.clear(program, List.copyOf(broadcasts));
    }

    /** What all executors say of the program; one that is just being replaced, or hangs, says nothing. */
    private List<JsonObject> ask(String what, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<CompletableFuture<JsonObject>> asked = new ArrayList<>();
        for (ExecutorLink link : host.fleet().links()) {
            asked.add(link.ask(program.number(), what));
        }
        List<JsonObject> answers = new ArrayList<>();
        for (CompletableFuture<JsonObject> answer : asked) {
            try {
                answers.add(answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (CancellationException | ExecutionException | TimeoutException e) {
                // It is gone, or about to be.
                answer.cancel(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answers;
            }
        }
        return answers;
    }

    /** The answers of all executors that have one. */
    private List<JsonObject> described(long millis) {
        return ask("processes", millis).stream()
                .filter(answer -> !answer.has("error"))
                .toList();
    }

    /** The same for who looks, from less than a moment ago: many pages ask no more than one. */
    private synchronized List<JsonObject> look() {
        List<JsonObject> latest = seen;
        if (latest == null || System.nanoTime() - seenAt > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
            latest = described(LOOK_MILLIS);
            seen = latest;
            seenAt = System.nanoTime();
        }
        return latest;
    }

    @Override
    public Map<String, Object> workers() {
        List<Long> workers = new ArrayList<>();
        List<Long> zygotes = new ArrayList<>();
        long forks = 0;
        for (JsonObject answer : described(ANSWER_MILLIS)) {
            workers.addAll(answer.numbers("workers"));
            zygotes.addAll(answer.numbers("zygotes"));
            forks += answer.number("forks");
        }
        return Map.of("workers", workers, "zygotes", zygotes, "forks", forks);
    }

    @Override
    public Map<String, Object> cache() {
        return Map.of("cached", sum("cached"), "cacheLimit", sum("cacheLimit"));
    }

    private long sum(String name) {
        return described(ANSWER_MILLIS).stream()
                .mapToLong(answer -> answer.number(name))
                .sum();
    }

    @Override
    public List<Budget> budgets() {
        long[] sums = new long[4];
        for (JsonObject answer : look()) {
            sums[0] += answer.number("shuffled");
            sums[1] += answer.number("shuffleLimit");
            sums[2] += answer.number("cached");
            sums[3] += answer.number("cacheLimit");
        }
        return List.of(
                new Budget("shuffle, of all programs", sums[0], sums[1]),
                new Budget("cached partitions, of all programs", sums[2], sums[3]));
    }

    @Override
    public List<ProcessState> processes(long driver) {
        List<ProcessState> states = new ArrayList<>();
        measure(states, driver, "driver", "runs", List.of(), 0);
        measure(states, ProcessHandle.current().pid(), "jvm", "runs", List.of(), 0);
        for (JsonObject answer : look()) {
            measure(states, answer.number("pid"), "executor", "runs", List.of(), 0);
            for (JsonObject process : answer.objects("processes")) {
                measure(
                        states,
                        process.number("pid"),
                        process.text("role"),
                        process.text("status"),
                        process.numbers("broadcasts"),
                        answer.number("pid"));
            }
        }
        return states;
    }

    private static void measure(
            List<ProcessState> states, long pid, String role, String status, List<Long> broadcasts, long executor) {
        try {
            ProcessMemory memory = ProcessMemory.of(pid);
            states.add(new ProcessState(pid, role, status, memory.pss(), memory.privateBytes(), broadcasts, executor));
        } catch (OsException e) {
            // It has ended meanwhile.
        }
    }

    @Override
    public Map<String, String> versions() throws IOException {
        String reason = "no executor is there";
        for (JsonObject answer : ask("versions", ANSWER_MILLIS)) {
            if (!answer.has("error")) {
                Map<String, String> versions = new LinkedHashMap<>();
                versions.put("python", answer.text("python"));
                versions.put("cloudpickle", answer.text("cloudpickle"));
                return versions;
            }
            reason = answer.text("error");
        }
        throw new IOException(
                "the executors do not say what they run: pid of the driver=" + first.driverPid() + ": " + reason);
    }

    @Override
    public void close() {
        host.end(program);
    }
}
