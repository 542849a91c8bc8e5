// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.frame.FrameLayout;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A leased Python process. One thread at a time runs tasks on it; {@link #kill} may come from any thread. Leases go back
 * to the pool by {@link WorkerPool#release}.
 */
public final class Worker implements WorkerHandle {
    /** The workers of this process: any slot can lease them. */
    public static final Object LOCAL = "local";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final long pid;
    private final ZygoteLink parent;
    private final SocketChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final OutputPump.Source output;
    private final Path claimsPath;
    private final WorkerMemory memory = new WorkerMemory();
    private final AtomicBoolean killed = new AtomicBoolean();
    private volatile String retire = "";
    private volatile boolean leased = true;
    private volatile long era;
    private volatile long lastUsed = System.nanoTime();
    private long tasks;
    /** Tasks that were sent, and have neither ended nor been taken back. */
    private final AtomicInteger open = new AtomicInteger();

    private volatile @Nullable Claims claims;

    Worker(
            long pid,
            ZygoteLink parent,
            SocketChannel channel,
            FrameReader reader,
            OutputPump.Source output,
            Path claimsPath) {
        this.pid = pid;
        this.parent = parent;
        this.channel = channel;
        this.reader = reader;
        this.writer = new FrameWriter(channel);
        this.output = output;
        this.claimsPath = claimsPath;
    }

    @Override
    public long pid() {
        return pid;
    }

    /**
     * Returns how many tasks ended here.
     *
     * @return the count
     */
    public long tasks() {
        return tasks;
    }

    /**
     * Runs one task and waits for its end. The worker asks for input as it needs it, so that neither side ever waits to
     * write while the other does too.
     *
     * @param stage what the task's stage has in common; sent if this worker does not know it
     * @param task the task
     * @param sink takes what the task emits
     * @return how it ended
     * @throws WorkerLostException if the process ended or its stream broke
     * @throws IOException if an input or the sink failed, or this thread was interrupted; the worker is then retired
     */
    public TaskReport run(StageSpec stage, TaskSpec task, TaskOutput sink) throws IOException {
        lease(stage, List.of(task));
        return finish(stage, task, sink);
    }

    /**
     * Sends tasks, which the worker runs one after the other without waiting in between. Each is then to be waited for
     * with {@link #finish}, in order, unless {@link #revoke} took it back.
     *
     * @param stage what the tasks have in common; sent if this worker does not know it
     * @param batch the tasks; all input of several travels in their trees
     * @throws WorkerLostException if the process has ended
     * @throws IOException if the file of claims cannot be made
     */
    public void lease(StageSpec stage, List<TaskSpec> batch) throws IOException {
        int flags = 0;
        if (batch.size() > 1) {
            Claims file = claims;
            if (file == null) {
                file = claims = new Claims(claimsPath);
            }
            file.renew();
            flags = FrameLayout.FLAG_LEASED | FrameLayout.FLAG_MORE;
        }
        open.addAndGet(batch.size());
        output.attribute(stage.id(), batch.get(0).partition());
        try {
            // Who answered the task before at a barrier may not have left the writer yet.
            synchronized (writer) {
                if (!memory.knowsStage(stage.id())) {
                    writer.write(FrameType.STAGE, 0, stage.id(), TaskMessages.stage(stage, memory));
                }
                for (int i = 0; i < batch.size(); i++) {
                    TaskSpec task = batch.get(i);
                    if (i == batch.size() - 1) {
                        flags &= ~FrameLayout.FLAG_MORE;
                    }
                    ByteBuffer header = TaskMessages.taskHeader(stage.id(), task);
                    writer.write(FrameType.TASK, flags, stage.id(), header, ByteBuffer.wrap(task.tree()));
                }
                writer.flush();
            }
        } catch (IOException e) {
            retire = "its stream is not at a frame boundary";
            if (e instanceof ClosedByInterruptException) {
                throw new IOException("interrupted while a task was sent: worker=" + pid, e);
            }
            throw new WorkerLostException(parent.explain(this, e), false, e);
        }
    }

    @Override
    public boolean revoke(long attemptId) {
        Claims file = claims;
        boolean revoked = file != null && file.take(attemptId);
        if (revoked) {
            open.decrementAndGet();
        }
        return revoked;
    }

    /**
     * Tells which task of a lease was begun last, also after the worker's death.
     *
     * @return its attempt id; -1 if that is not known
     */
    public long lastBegun() {
        Claims file = claims;
        return file == null ? -1 : file.last();
    }

    /**
     * Tells whether the worker ends by itself after the task that ended last.
     *
     * @return true if it runs none of the tasks that are left of its lease
     */
    public boolean retiring() {
        return !retire.isEmpty();
    }

    /**
     * Waits for the end of a task that was sent by {@link #lease}.
     *
     * @param stage the task's stage
     * @param task the task
     * @param sink takes what the task emits
     * @return how it ended
     * @throws WorkerLostException if the process ended or its stream broke
     * @throws IOException if an input or the sink failed; the worker is then retired
     */
    public TaskReport finish(StageSpec stage, TaskSpec task, TaskOutput sink) throws IOException {
        Exchange exchange = follow(stage, task, sink);
        TaskReport report;
        do {
            report = exchange.step();
        } while (report == null);
        return report;
    }

    /**
     * Follows a task that was sent by {@link #lease} step by step, for who takes its output as it asks for it. Who does
     * not follow it to its end has to {@link #kill} the worker.
     *
     * @param stage the task's stage
     * @param task the task
     * @param sink takes what the task emits
     * @return the exchange with the worker, before its first step
     */
    public Exchange follow(StageSpec stage, TaskSpec task, TaskOutput sink) {
        output.attribute(stage.id(), task.partition());
        return new Exchange(task, sink);
    }

    /** What is said with the worker while a task runs. For one thread. */
    public final class Exchange {
        private final TaskSpec task;
        private final TaskOutput sink;
        private final List<long[]> received = new ArrayList<>(1);

        private Exchange(TaskSpec task, TaskOutput sink) {
            this.task = task;
            this.sink = sink;
        }

        /**
         * Takes the worker's next message: a piece of output, which goes to the sink, a wish for input, which is answered,
         * or the end.
         *
         * @return how the task ended; null if it goes on
         * @throws WorkerLostException if the process ended or its stream broke
         * @throws IOException if an input or the sink failed; the worker is then retired
         */
        public @Nullable TaskReport step() throws IOException {
            boolean sound = false;
            @Nullable TaskReport report = null;
            try {
                report = message();
                sound = true;
                if (report != null) {
                    open.decrementAndGet();
                    Claims file = claims;
                    if (file != null) {
                        file.reached();
                    }
                }
                return report;
            } catch (ProtocolException e) {
                // It lives, so nobody will report its death; what it sends next would be as strange.
                kill();
                throw new WorkerLostException(
                        "worker lost: pid=" + pid + " was ended, since its stream broke: " + e.getMessage(), true, e);
            } catch (EOFException | ExchangeException e) {
                if (e.getCause() instanceof ClosedByInterruptException) {
                    throw new IOException("interrupted while a task ran: worker=" + pid, e);
                }
                throw new WorkerLostException(parent.explain(Worker.this, e), true, e);
            } finally {
                if (!sound) {
                    retire = "its stream is not at a frame boundary";
                }
                if (!sound || report != null) {
                    tasks++;
                    lastUsed = System.nanoTime();
                    output.drain();
                }
            }
        }

        private @Nullable TaskReport message() throws IOException {
            nextFrame();
            switch (reader.type()) {
                case DATA -> {
                    count(received, reader.stream(), reader.payload().remaining());
                    sink.data(reader.stream(), reader.payload());
                }
                case NEED -> answer(task);
                case BARRIER -> sink.meet(reader.stream() != 0, reader.text(), new BarrierReply());
                case END -> {
                    TaskMessages.Ended ended = TaskMessages.end(reader.payload());
                    retire = ended.retire();
                    check((TaskReport.Succeeded) ended.report(), received);
                    return ended.report();
                }
                case FAIL -> {
                    TaskMessages.Ended ended = TaskMessages.fail(reader.payload());
                    retire = ended.retire();
                    return ended.report();
                }
                default -> throw new ProtocolException("unexpected frame from a worker: type=" + reader.type());
            }
            return null;
        }
    }

    private void nextFrame() throws IOException {
        boolean more;
        try {
            more = reader.next();
        } catch (EOFException e) {
            throw e;
        } catch (IOException e) {
            throw new ExchangeException(e);
        }
        if (!more) {
            throw new EOFException("the worker closed its connection in a task");
        }
    }

    private void answer(TaskSpec task) throws IOException {
        int index = reader.stream();
        if (index < 0 || index >= task.inputs().size()) {
            throw new ProtocolException("a worker asked for an input that its task does not have: input=" + index
                    + " inputs=" + task.inputs().size());
        }
        TaskInput input = task.inputs().get(index);
        ByteBuffer piece = input.exhausted() ? NOTHING : input.next();
        boolean last = !piece.hasRemaining() || input.exhausted();
        try {
            send(FrameType.INPUT, last ? FrameLayout.FLAG_LAST : 0, index, piece);
        } catch (IOException e) {
            throw new ExchangeException(e);
        }
    }

    /** Whoever ends a wait at a barrier writes too, from a thread of its own. */
    private void send(FrameType type, int flags, int stream, ByteBuffer payload) throws IOException {
        synchronized (writer) {
            writer.write(type, flags, stream, payload);
            writer.flush();
        }
    }

    private final class BarrierReply implements TaskOutput.Reply {
        @Override
        public void met(List<String> messages) {
            reply(TaskMessages.gathered(messages, null));
        }

        @Override
        public void refused(String reason) {
            reply(TaskMessages.gathered(List.of(), reason));
        }

        private void reply(ByteBuffer payload) {
            try {
                send(FrameType.GATHERED, 0, 0, payload);
            } catch (IOException e) {
                // It is gone: the thread that waits for its task hears of that too.
            }
        }
    }

    private static void count(List<long[]> received, int stream, int bytes) {
        for (long[] entry : received) {
            if (entry[0] == stream) {
                entry[1] += bytes;
                return;
            }
        }
        received.add(new long[] {stream, bytes});
    }

    private static void check(TaskReport.Succeeded report, List<long[]> received) {
        boolean same = report.streams().size() == received.size();
        for (long[] entry : received) {
            TaskReport.StreamCount count = report.stream((int) entry[0]);
            same &= count != null && count.bytes() == entry[1];
        }
        if (!same) {
            throw new ProtocolException("a worker's output does not hold what it says: streams=" + report.streams());
        }
    }

    @Override
    public void kill() {
        if (killed.compareAndSet(false, true)) {
            retire = "it was cancelled";
            parent.signal(pid, ZygoteLink.SIGKILL);
            close();
        }
    }

    /** Lets the process end by closing its connection. Idempotent. */
    void close() {
        Channels.close(channel);
        output.close();
        Claims file = claims;
        if (file != null) {
            file.close();
        }
    }

    /** Ends a worker that is not used again. One that is still inside a task may never read that its stream ended. */
    void retire() {
        if (open.get() > 0) {
            kill();
        } else {
            close();
        }
    }

    boolean reusable(long maxTasks) {
        return retire.isEmpty()
                && open.get() == 0
                && !killed.get()
                && tasks < maxTasks
                && !reader.hasBuffered()
                && channel.isOpen();
    }

    @Override
    public void uncache(long dataset) {
        memory.uncache(dataset);
    }

    @Override
    public boolean leased() {
        return leased;
    }

    @Override
    public boolean ended() {
        return !channel.isOpen();
    }

    /**
     * Returns the broadcasts that this worker has been told of, and those that it was forked with.
     *
     * @return their ids
     */
    public Set<Long> broadcasts() {
        Set<Long> held = memory.broadcasts();
        held.addAll(parent.broadcasts());
        return held;
    }

    /**
     * Returns the process that it was forked from.
     *
     * @return the pid of a zygote or generation
     */
    public long parentPid() {
        return parent.pid();
    }

    @Override
    public Object site() {
        return LOCAL;
    }

    /** In which era of its pool it was leased. */
    long era() {
        return era;
    }

    /** Notes whether it is leased, and in which era of its pool that began. */
    void leased(boolean value, long inEra) {
        leased = value;
        era = inEra;
    }

    WorkerMemory memory() {
        return memory;
    }

    ZygoteLink parent() {
        return parent;
    }

    long idleNanos() {
        return System.nanoTime() - lastUsed;
    }

    String lastOutput() {
        return output.tail();
    }

    @Override
    public String toString() {
        return "worker " + pid;
    }

    /** Marks failures of the worker's own stream, apart from those of inputs and sinks. */
    private static final class ExchangeException extends IOException {
        private static final long serialVersionUID = 1L;

        ExchangeException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
