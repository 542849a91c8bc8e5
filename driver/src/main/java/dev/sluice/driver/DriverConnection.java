// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.SluiceException;
import dev.sluice.core.frame.FrameReader;
import dev.sluice.core.frame.FrameType;
import dev.sluice.core.frame.FrameWriter;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import dev.sluice.engine.Dataset;
import dev.sluice.engine.Event;
import dev.sluice.engine.Job;
import dev.sluice.engine.JobHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One thread of the driver: jobs, one at a time, and calls. Its thread here only reads; results are written by whoever
 * has them, under a lock.
 */
final class DriverConnection {
    private static final long FLUSH_MILLIS = 3;
    private final Session session;
    private final SocketChannel channel;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean flushing = new AtomicBoolean();
    /**
     * A thread that stays once it is needed: the common pool of a machine with two cores starts one for every action. Its
     * own, since a driver that does not read holds it up.
     */
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-flush");
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable JobHandle job;
    private volatile int jobRequest = -1;

    DriverConnection(Session session, SocketChannel channel, FrameReader reader) {
        this.session = session;
        this.channel = channel;
        this.reader = reader;
        this.writer = new FrameWriter(channel);
    }

    /** Reads until the driver's thread is gone, which cancels what it waits for. */
    void serve() throws IOException {
        Runnable leave = session.connected(this);
        try (channel) {
            while (reader.next()) {
                switch (reader.type()) {
                    case SUBMIT -> submit(reader.stream(), reader.payload());
                    case CANCEL -> cancel(reader.stream(), reader.text());
                    case CALL -> call(reader.stream(), Json.parse(reader.bytes()));
                    default -> throw new ProtocolException("unexpected frame from a driver: type=" + reader.type());
                }
                reader.trim();
            }
        } finally {
            leave.run();
            flusher.shutdownNow();
            cancel(jobRequest, "the driver's thread is gone");
        }
    }

    /** Cancels a job if it is this thread's and runs; for any thread. */
    boolean cancelJob(long number, String reason) {
        JobHandle running = job;
        if (running == null
                || number != jobRequest
                || !session.history().activeJobs().contains(number)) {
            return false;
        }
        running.cancel(reason);
        return true;
    }

    private void cancel(int request, String reason) {
        JobHandle running = job;
        if (running != null && request == jobRequest) {
            running.cancel(reason);
        }
    }

    private void submit(int request, ByteBuffer payload) throws IOException {
        JobSink sink = new JobSink(request, this);
        try {
            int length = payload.getInt();
            if (length < 0 || length > payload.remaining()) {
                throw new ProtocolException("malformed SUBMIT frame: length=" + length);
            }
            byte[] json = new byte[length];
            payload.get(json);
            JsonObject body = Json.parse(json);
            session.plan().read(body.objects("nodes"), payload);
            for (long dropped : body.numbers("drop")) {
                session.forget(dropped);
            }
            Dataset target = session.plan().get(body.number("target"));
            List<Integer> partitions = body.has("partitions")
                    ? body.numbers("partitions").stream().map(Math::toIntExact).toList()
                    : IntStream.range(0, target.partitions()).boxed().toList();
            // The driver numbers its requests through, so it knows its jobs' numbers without being told.
            Job submitted = new Job(
                    request,
                    target,
                    partitions,
                    session.plan().path(body.number("path")),
                    body.textMap("properties"),
                    !body.has("unordered"));
            session.events().post(new Event.JobPlanned(request, session.plan().describe(target)));
            job = null;
            jobRequest = request;
            job = session.engine().submit(submitted, sink);
        } catch (SluiceException | IllegalStateException | IndexOutOfBoundsException e) {
            sink.refused(String.valueOf(e.getMessage()));
        }
    }

    private void call(int request, JsonObject body) throws IOException {
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            answer.put("value", Calls.run(session, body));
        } catch (SluiceException | IllegalStateException | IOException e) {
            answer.clear();
            answer.put("error", String.valueOf(e.getMessage()));
        }
        write(
                FrameType.REPLY,
                request,
                true,
                ByteBuffer.wrap(Json.write(answer).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    void write(FrameType type, int stream, boolean flush, ByteBuffer... pieces) throws IOException {
        writing.lock();
        try {
            writer.write(type, 0, stream, pieces);
            if (flush) {
                writer.flush();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Sends what was written within milliseconds: results of many small tasks go out together. */
    void flushSoon() {
        if (flushing.compareAndSet(false, true)) {
            try {
                flusher.schedule(this::flush, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The driver's thread is gone.
            }
        }
    }

    private void flush() {
        flushing.set(false);
        writing.lock();
        try {
            writer.flush();
        } catch (IOException e) {
            // The thread that reads this connection meets its end too, and cancels.
        } finally {
            writing.unlock();
        }
    }
}
