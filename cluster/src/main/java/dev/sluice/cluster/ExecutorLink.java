// SPDX-License-Identifier: Apache-2.0
package dev.sluice.cluster;

import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.StageWork;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's connection to one executor: orders are given by any thread, without waiting; news is read by one, see
 * {@link NewsDesk}.
 */
final class ExecutorLink {
    private final ExecutorProcess process;
    private final SocketChannel channel;
    private final FrameReader reader;
    private final OrderQueue orders;
    /** Guarded by itself, with the order in which stages and their leases are put into the queue. */
    private final StagesSent stages = new StagesSent();

    private final Map<Long, OpenLease> leases = new ConcurrentHashMap<>();
    private final Map<Long, OpenLease> attempts = new ConcurrentHashMap<>();
    private final Map<Long, RemoteWorker> workers = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<JsonObject>> questions = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile JsonObject state = new JsonObject(Map.of());
    private volatile boolean gone;
    private final Silence silence = new Silence();
    private final Map<Integer, List<Long>> unwanted = new HashMap<>();
    /** Guarded by the fleet's lock. */
    private int free;
    /** Slots that may be used now: fewer while memory is short. Guarded by the fleet's lock. */
    private int allowed;

    ExecutorLink(ExecutorProcess process, SocketChannel channel, FrameReader reader) throws IOException {
        this.process = process;
        this.channel = channel;
        this.reader = reader;
        this.free = process.config().slots();
        this.allowed = process.config().slots();
        this.orders =
                new OrderQueue(channel, "sluice-orders-" + process.config().number(), this::close);
    }

    ExecutorProcess process() {
        return process;
    }

    int slots() {
        return process.config().slots();
    }

    FrameReader reader() {
        return reader;
    }

    boolean gone() {
        return gone;
    }

    int free() {
        return Math.max(0, free - (slots() - allowed));
    }

    void take() {
        free--;
    }

    void giveBack() {
        free++;
    }

    /** Uses no more than so many slots from now on. */
    void allow(int count) {
        allowed = count;
    }

    /** Gives an order; one to an executor that is gone goes nowhere, since whoever reads its news hears of that. */
    void tell(Order order, Packer body) {
        long unused = orders.put(order, body);
    }

    /** Sends a lease, after its stage if that is news. */
    void lease(OpenLease open, StageWork work, Packer body) {
        int program = open.program().number();
        synchronized (stages) {
            if (stages.learn(program, open.stage())) {
                Packer stage = new Packer().i32(program).i64(open.stage());
                LeaseMessages.stage(stage, work);
                tell(Order.STAGE, stage);
            }
            open.place(orders.put(Order.LEASE, body));
        }
        open.sent();
    }

    /** Notes a lease that is about to be sent. */
    void open(OpenLease lease) {
        leases.put(lease.id(), lease);
        lease.lease().tasks().forEach(task -> attempts.put(task.attemptId(), lease));
    }

    void ended(long attempt) {
        attempts.remove(attempt);
    }

    @Nullable
    OpenLease holder(long attempt) {
        return attempts.get(attempt);
    }

    @Nullable
    OpenLease lease(long id) {
        return leases.get(id);
    }

    @Nullable
    OpenLease over(long id) {
        OpenLease ended = leases.remove(id);
        if (ended != null) {
            orders.read(ended.place());
        }
        return ended;
    }

    List<OpenLease> leases() {
        return List.copyOf(leases.values());
    }

    RemoteWorker worker(int program, long pid) {
        return workers.computeIfAbsent(pid, unused -> new RemoteWorker(this, program, pid));
    }

    /** Forgets the workers that are not among these any more. */
    void alive(List<Long> pids) {
        workers.values().removeIf(worker -> {
            boolean ended = !worker.leased() && !pids.contains(worker.pid());
            if (ended) {
                worker.end();
            }
            return ended;
        });
    }

    void forget(int program) {
        synchronized (unwanted) {
            unwanted.remove(program);
        }
        synchronized (stages) {
            stages.forget(program);
        }
    }

    /** Asks about a program; the answer never comes from an executor that goes. */
    CompletableFuture<JsonObject> ask(int program, String what) {
        long number = numbers.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        questions.put(number, answer);
        answer.whenComplete((value, failure) -> questions.remove(number));
        tell(Order.ASK, new Packer().i64(number).i32(program).text(what));
        if (gone) {
            answer.cancel(false);
        }
        return answer;
    }

    void answered(long number, JsonObject answer) {
        CompletableFuture<JsonObject> asked = questions.remove(number);
        if (asked != null) {
            asked.complete(answer);
        }
    }

    JsonObject state() {
        return state;
    }

    void state(JsonObject told) {
        state = told;
    }

    /** Frees an output within a moment, together with others; returns whether it is the first that waits. */
    boolean free(int program, long number) {
        synchronized (unwanted) {
            boolean first = unwanted.isEmpty();
            unwanted.computeIfAbsent(program, unused -> new ArrayList<>()).add(number);
            return first;
        }
    }

    /** Sends which outputs are to be freed. */
    void tellUnwanted() {
        Map<Integer, List<Long>> taken;
        synchronized (unwanted) {
            taken = Map.copyOf(unwanted);
            unwanted.clear();
        }
        taken.forEach(
                (program, numbers) -> tell(Order.FREE, new Packer().i32(program).list(numbers, Packer::i64)));
    }

    Silence silence() {
        return silence;
    }

    /** Tells whether a file is in a directory of this executor, or in one where it may spill. */
    boolean owns(Path path) {
        return process.owns(path);
    }

    /** The executor with its processes, for who watches. */
    Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>(state.members());
        described.put("number", process.config().number());
        described.put("pid", process.pid());
        described.put("slots", slots());
        return described;
    }

    /** Ends the connection; whoever reads it does the rest. Idempotent. */
    void close() {
        gone = true;
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
        orders.close();
        questions.values().forEach(asked -> asked.cancel(false));
    }

    @Override
    public String toString() {
        return "executor " + process.config().number() + " (pid " + process.pid() + ")";
    }
}
