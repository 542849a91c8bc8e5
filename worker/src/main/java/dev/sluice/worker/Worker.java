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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A leased Python process. One thread at a time runs tasks on it; {@link #kill} may come from any thread. Leases go back
 * to the pool by {@link WorkerPool#release}.
 */
public final class Worker {
    /** A piece of input large enough to pay for a round trip, small enough to bound memory. */
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final long pid;
    private final ZygoteLink parent;
    private final SocketChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final OutputPump.Source output;
    private final WorkerMemory memory = new WorkerMemory();
    private final AtomicBoolean killed = new AtomicBoolean();
    private volatile String retire = "";
    private volatile boolean inTask;
    private volatile long lastUsed = System.nanoTime();
    private long tasks;

    Worker(long pid, ZygoteLink parent, SocketChannel channel, FrameReader reader, OutputPump.Source output) {
        this.pid = pid;
        this.parent = parent;
        this.channel = channel;
        this.reader = reader;
        this.writer = new FrameWriter(channel);
        this.output = output;
    }

    /**
     * Returns the process id.
     *
     * @return the pid
     */
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
        output.attribute(stage.id(), task.partition());
        List<long[]> received = new ArrayList<>(1);
        boolean sound = false;
        try {
            TaskReport report = exchange(stage, task, sink, received);
            sound = true;
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
            throw new WorkerLostException(parent.explain(this, e), !(e instanceof NotStartedException), e);
        } finally {
            tasks++;
            lastUsed = System.nanoTime();
            inTask = !sound;
            if (!sound) {
                retire = "its stream is not at a frame boundary";
            }
            output.drain();
        }
    }

    private TaskReport exchange(StageSpec stage, TaskSpec task, TaskOutput sink, List<long[]> received)
            throws IOException {
        try {
            if (!memory.knowsStage(stage.id())) {
                writer.write(FrameType.STAGE, 0, stage.id(), TaskMessages.stage(stage, memory));
            }
            writer.write(
                    FrameType.TASK,
                    0,
                    stage.id(),
                    TaskMessages.taskHeader(stage.id(), task),
                    ByteBuffer.wrap(task.tree()));
            writer.flush();
        } catch (IOException e) {
            throw new NotStartedException(e);
        }
        while (true) {
            nextFrame();
            switch (reader.type()) {
                case DATA -> {
                    count(received, reader.stream(), reader.payload().remaining());
                    sink.data(reader.stream(), reader.payload());
                }
                case NEED -> answer(task);
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
            writer.write(FrameType.INPUT, last ? FrameLayout.FLAG_LAST : 0, index, piece);
            writer.flush();
        } catch (IOException e) {
            throw new ExchangeException(e);
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

    /** Ends the process and all that it started, at once. Idempotent. */
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
    }

    /** Ends a worker that is not used again. One that is still inside a task may never read that its stream ended. */
    void retire() {
        if (inTask) {
            kill();
        } else {
            close();
        }
    }

    boolean reusable(long maxTasks) {
        return retire.isEmpty() && !killed.get() && tasks < maxTasks && !reader.hasBuffered() && channel.isOpen();
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

    /** The task never reached the worker: it was dead before. */
    private static final class NotStartedException extends ExchangeException {
        private static final long serialVersionUID = 1L;

        NotStartedException(IOException cause) {
            super(cause);
        }
    }

    /** Marks failures of the worker's own stream, apart from those of inputs and sinks. */
    private static class ExchangeException extends IOException {
        private static final long serialVersionUID = 1L;

        ExchangeException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
