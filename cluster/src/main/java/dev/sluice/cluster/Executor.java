// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import dev.sluice.driver.DriverConfig;
import dev.sluice.engine.Lease;
import dev.sluice.engine.LeaseRunner;
import dev.sluice.engine.StageWork;
import dev.sluice.worker.TaskOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a coordinator sends. One thread reads orders and never waits; leases run each on a thread of its own, of
 * which there are as many as slots; each program has a queue for what may take long, such as its begin and its end.
 */
final class Executor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);
    private static final long END_SECONDS = 3;

    private final ExecutorConfig config;
    private final FrameReader reader;
    private final Outbox outbox;
    private final ExecutorStorage storage;
    private final WarmPools pools;
    private final WorkerWatch watch;
    private final Map<Integer, HostedProgram> programs = new ConcurrentHashMap<>();
    private final Map<Long, HostedProgram> leases = new ConcurrentHashMap<>();
    private final ExecutorService slots = Executors.newCachedThreadPool(task -> daemon(task, "sluice-slot"));
    private final ExecutorService steps = Executors.newCachedThreadPool(task -> daemon(task, "sluice-programs"));
    private final ExecutorService questions = Executors.newCachedThreadPool(task -> daemon(task, "sluice-answer"));

    Executor(ExecutorConfig config, SocketChannel channel) {
        this.config = config;
        this.reader = new FrameReader(channel, Integer.MAX_VALUE);
        // The thread that reads meets the end of the connection too, and ends the process.
        this.outbox = new Outbox(channel, () -> {});
        this.storage = new ExecutorStorage(config.memory(), config.slots(), config.sharedMemory());
        this.pools = new WarmPools(config.directory());
        this.watch = new WorkerWatch(config, programs, outbox);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Does what it is told until the coordinator is gone. */
    void serve() throws IOException {
        watch.start();
        while (reader.next()) {
            reader.expect(FrameType.ORDER);
            obey(Order.of(reader.stream()), new Unpacker(reader.payload()));
            reader.trim();
        }
    }

    private void obey(Order order, Unpacker from) {
        switch (order) {
            case LEASE -> lease(from);
            case KILL -> {
                RunningLease lease = find(from.i64());
                if (lease != null) {
                    lease.kill();
                }
            }
            case REVOKE -> {
                RunningLease lease = find(from.i64());
                if (lease != null) {
                    lease.revoke();
                }
            }
            case STAGE -> living(from, program -> program.stage(from.i64(), LeaseMessages.stage(from)));
            case MET -> living(from, program -> met(program, from));
            case PROGRAM -> begin(from.i32(), Json.parse(from.blob()));
            case CONTEXT ->
                living(from, program -> {
                    CompletableFuture<LeaseRunner> coming = program.next(from.i32());
                    JsonObject told = Json.parse(from.blob());
                    program.steps().add(() -> program.context(told, coming));
                });
            case CLEAR ->
                living(from, program -> {
                    program.contextOver(from.i32());
                    List<Long> broadcasts = from.list(Unpacker::i64);
                    program.steps().add(() -> program.clear(broadcasts));
                });
            case END -> {
                HostedProgram program = programs.remove(from.i32());
                if (program != null) {
                    program.steps().add(program::end);
                }
            }
            case FREE ->
                living(from, program -> {
                    List<Long> unwanted = from.list(Unpacker::i64);
                    program.steps().add(() -> program.free(unwanted));
                });
            case DROP ->
                living(from, program -> {
                    long broadcast = from.i64();
                    program.steps().add(() -> program.drop(broadcast));
                });
            case UNCACHE -> living(from, program -> program.uncache(from.i64(), from.i64()));
            case ASK -> answer(from.i64(), from.i32(), from.text());
        }
    }

    /** Obeys for a program. Orders come from many threads, so that some come after the program's end, and mean nothing. */
    private void living(Unpacker from, Consumer<HostedProgram> order) {
        HostedProgram program = programs.get(from.i32());
        if (program != null) {
            order.accept(program);
        }
    }

    private void begin(int number, JsonObject told) {
        Path directory = config.directory().resolve("program" + number);
        Map<String, Object> members = new LinkedHashMap<>(told.members());
        members.put("directory", directory.toString());
        HostedProgram program = new HostedProgram(
                DriverConfig.read(new JsonObject(members)),
                pools,
                storage,
                new StepQueue(steps),
                (pid, stage, partition, piece) -> outbox.tell(
                        News.OUTPUT,
                        ByteBuffer.allocate(20)
                                .putInt(number)
                                .putLong(pid)
                                .putInt(stage)
                                .putInt(partition)
                                .flip(),
                        piece));
        programs.put(number, program);
        program.steps().add(program::begin);
    }

    private void lease(Unpacker from) {
        HostedProgram program = programs.get(from.i32());
        long id = from.i64();
        long stage = from.i64();
        if (program == null || !program.serves(OpenLease.context(stage))) {
            outbox.tellNow(News.OVER, new Packer().i64(id).packed());
            return;
        }
        StageWork work = program.stage(stage);
        long preferred = from.i64();
        List<RemoteAttempt> tasks =
                from.list(in -> new RemoteAttempt(in.i32(), in.i32(), in.i64(), LeaseMessages.tree(in)));
        Runnable run = program.admit(id, new Lease<>(work, tasks, program.worker(preferred)), outbox);
        leases.put(id, program);
        slots.execute(() -> {
            try {
                run.run();
            } finally {
                leases.remove(id);
            }
        });
    }

    private @Nullable RunningLease find(long lease) {
        HostedProgram program = leases.get(lease);
        return program == null ? null : program.lease(lease);
    }

    private static void met(HostedProgram program, Unpacker from) {
        TaskOutput.Reply reply = program.answered(from.i64());
        if (reply == null) {
            return;
        }
        if (from.flag()) {
            reply.refused(from.text());
        } else {
            reply.met(from.list(Unpacker::text));
        }
    }

    private void answer(long question, int number, String what) {
        questions.execute(() -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                HostedProgram program = programs.get(number);
                if (program == null) {
                    answer.put("error", "the program has ended: number=" + number);
                } else if (what.equals("versions")) {
                    answer.putAll(program.versions());
                } else {
                    answer.putAll(program.describe());
                    answer.put("pid", ProcessHandle.current().pid());
                    answer.put("cached", storage.cached().used());
                    answer.put("cacheLimit", storage.cached().limit());
                    answer.put("shuffled", storage.shuffled().used());
                    answer.put("shuffleLimit", storage.shuffled().limit());
                }
            } catch (IOException | SluiceException e) {
                answer.put("error", String.valueOf(e.getMessage()));
            }
            outbox.tellNow(
                    News.ANSWER,
                    new Packer()
                            .i64(question)
                            .blob(Json.write(answer).getBytes(StandardCharsets.UTF_8))
                            .packed());
        });
    }

    /** Ends workers and removes files. Idempotent. */
    @Override
    public void close() {
        watch.close();
        for (Integer number : List.copyOf(programs.keySet())) {
            HostedProgram program = programs.remove(number);
            if (program != null) {
                program.steps().add(program::end);
            }
        }
        steps.shutdown();
        try {
            if (!steps.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("programs have not ended within {} s", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        slots.shutdown();
        questions.shutdown();
        pools.close();
        outbox.close();
        storage.close();
    }
}
