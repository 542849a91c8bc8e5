// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.ProtocolException;
import dev.sluice.core.json.Json;
import dev.sluice.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Packs and unpacks the payloads of the frames between pool and worker; their Python twin is {@code worker/loop.py}. */
final class TaskMessages {
    private static final int TASK_HEADER = 20;
    private static final int COUNT_LENGTH = 20;
    private static final int METRICS = 7;

    private TaskMessages() {}

    static ByteBuffer[] stage(StageSpec stage, WorkerMemory memory) {
        List<ByteBuffer> pieces = new ArrayList<>();
        pieces.add(ByteBuffer.allocate(0));
        List<List<Object>> commands = new ArrayList<>();
        for (Command command : stage.commands()) {
            boolean known = memory.learnCommand(command.digest());
            commands.add(List.of(command.digest(), known ? -1 : command.bytes().length));
            if (!known) {
                pieces.add(ByteBuffer.wrap(command.bytes()));
            }
        }
        List<Map<String, Object>> broadcasts = new ArrayList<>();
        for (BroadcastFile file : stage.broadcasts()) {
            if (memory.learnBroadcast(file.id())) {
                broadcasts.add(Map.of("id", file.id(), "path", file.path(), "length", file.length()));
            }
        }
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("commands", commands);
        putNews(header, "broadcasts", broadcasts);
        putNews(header, "dropped", memory.takeDropped());
        putNews(header, "uncached", memory.takeUncached());
        if (!memory.learnPath(stage.path())) {
            header.put("path", stage.path());
        }
        header.put("properties", stage.properties());
        if (stage.together() > 0) {
            header.put("together", stage.together());
        }
        byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
        pieces.set(
                0,
                ByteBuffer.allocate(4 + json.length)
                        .putInt(json.length)
                        .put(json)
                        .flip());
        memory.learnStage(stage.id());
        return pieces.toArray(ByteBuffer[]::new);
    }

    private static void putNews(Map<String, Object> header, String name, List<?> news) {
        if (!news.isEmpty()) {
            header.put(name, news);
        }
    }

    static ByteBuffer taskHeader(int stage, TaskSpec task) {
        return ByteBuffer.allocate(TASK_HEADER)
                .putInt(stage)
                .putInt(task.partition())
                .putInt(task.attempt())
                .putLong(task.attemptId())
                .flip();
    }

    /** Packs a GATHERED payload: the messages of all tasks, or why there are none. */
    static ByteBuffer gathered(List<String> messages, @Nullable String refusal) {
        Map<String, Object> answer = refusal == null ? Map.of("messages", messages) : Map.of("error", refusal);
        return ByteBuffer.wrap(Json.write(answer).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads an END payload; what follows the accumulators is the reason to retire. */
    static Ended end(ByteBuffer payload) {
        try {
            int count = payload.getInt();
            if (count < 0 || (long) count * COUNT_LENGTH > payload.remaining()) {
                throw new ProtocolException("refused an END frame: streams=" + count + " bytes=" + payload.remaining());
            }
            List<TaskReport.StreamCount> streams = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                streams.add(new TaskReport.StreamCount(payload.getInt(), payload.getLong(), payload.getLong()));
            }
            TaskMetrics metrics = metrics(payload::getLong);
            byte[] accumulators = bytes(payload, payload.getInt());
            String retire = StandardCharsets.UTF_8.decode(payload).toString();
            return new Ended(new TaskReport.Succeeded(streams, metrics, accumulators), retire);
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("malformed END frame: bytes=" + payload.limit(), e);
        }
    }

    static Ended fail(ByteBuffer payload) {
        try {
            byte[] json = bytes(payload, payload.getInt());
            JsonObject header = Json.parse(json);
            TaskReport.Failed failed = new TaskReport.Failed(
                    header.text("type"),
                    header.text("message"),
                    header.text("traceback"),
                    bytes(payload, payload.remaining()),
                    metrics(told(header.numbers("metrics"))));
            return new Ended(failed, header.text("retire", ""));
        } catch (java.nio.BufferUnderflowException e) {
            throw new ProtocolException("malformed FAIL frame: bytes=" + payload.limit(), e);
        }
    }

    private static LongSupplier told(List<Long> numbers) {
        if (numbers.size() != METRICS) {
            throw new ProtocolException("malformed FAIL frame: metrics=" + numbers);
        }
        return numbers.iterator()::next;
    }

    /** What a worker measured is its own word; what is added up of it must not go down. */
    private static TaskMetrics metrics(LongSupplier told) {
        LongSupplier measured = () -> Math.max(0, told.getAsLong());
        return new TaskMetrics(
                measured.getAsLong(),
                measured.getAsLong(),
                measured.getAsLong(),
                measured.getAsLong(),
                measured.getAsLong(),
                measured.getAsLong(),
                measured.getAsLong());
    }

    private static byte[] bytes(ByteBuffer payload, int length) {
        if (length < 0 || length > payload.remaining()) {
            throw new ProtocolException(
                    "refused a length in a frame: length=" + length + " remaining=" + payload.remaining());
        }
        byte[] bytes = new byte[length];
        payload.get(bytes);
        return bytes;
    }

    /**
     * A report, and why the worker must retire.
     *
     * @param report how the task ended
     * @param retire the reason, or an empty text
     */
    record Ended(TaskReport report, String retire) {}
}
