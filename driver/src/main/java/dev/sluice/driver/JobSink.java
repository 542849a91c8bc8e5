// SPDX-License-Identifier: Apache-2.0
package dev.sluice.driver;

import dev.sluice.core.frame.FrameType;
import dev.sluice.core.json.Json;
import dev.sluice.engine.JobFailure;
import dev.sluice.engine.ResultSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Streams a job's results to the driver; its last frame says how much all partitions held. */
final class JobSink implements ResultSink {
    private final int request;
    private final DriverConnection connection;
    private long bytes;
    private long records;
    private int partitions;

    JobSink(int request, DriverConnection connection) {
        this.request = request;
        this.connection = connection;
    }

    @Override
    public void data(int index, ByteBuffer piece) throws IOException {
        connection.write(FrameType.RESULT, index, false, piece);
    }

    @Override
    public void restart(int index) throws IOException {
        connection.write(FrameType.RESTART, index, false);
    }

    @Override
    public void partitionEnd(int index, long partitionBytes, long partitionRecords) throws IOException {
        bytes += partitionBytes;
        records += partitionRecords;
        partitions++;
        ByteBuffer counts = ByteBuffer.allocate(16)
                .putLong(partitionBytes)
                .putLong(partitionRecords)
                .flip();
        connection.write(FrameType.PARTITION_END, index, false, counts);
    }

    @Override
    public void pause() {
        connection.flushSoon();
    }

    @Override
    public void succeeded(List<byte[]> accumulators) {
        int length = accumulators.stream().mapToInt(update -> 4 + update.length).sum();
        ByteBuffer end = ByteBuffer.allocate(24 + length)
                .putInt(partitions)
                .putLong(bytes)
                .putLong(records)
                .putInt(accumulators.size());
        accumulators.forEach(update -> end.putInt(update.length).put(update));
        send(FrameType.JOB_END, end.flip());
    }

    @Override
    public void failed(JobFailure failure) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("kind", failure.kind().name());
        header.put("message", failure.message());
        if (failure.pythonType() != null) {
            header.put("type", failure.pythonType());
        }
        if (failure.traceback() != null) {
            header.put("traceback", failure.traceback());
        }
        byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
        byte[] pickled = failure.pickled() == null ? new byte[0] : failure.pickled();
        send(
                FrameType.JOB_FAILED,
                ByteBuffer.allocate(4 + json.length + pickled.length)
                        .putInt(json.length)
                        .put(json)
                        .put(pickled)
                        .flip());
    }

    void refused(String message) {
        failed(new JobFailure(JobFailure.Kind.ENGINE, message, null, null, null));
    }

    private void send(FrameType type, ByteBuffer payload) {
        try {
            connection.write(type, request, true, payload);
        } catch (IOException e) {
            // The driver's thread is gone, so nobody waits for this.
        }
    }
}
