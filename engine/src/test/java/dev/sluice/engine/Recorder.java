// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what a job delivers, and fails the test where an engine breaks the promises of {@link ResultSink}. */
public class Recorder implements ResultSink {
    private final List<@Nullable ByteArrayOutputStream> partitions = new ArrayList<>();
    private final List<Long> records = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ByteArrayOutputStream updates = new ByteArrayOutputStream();
    private final Map<Integer, ByteArrayOutputStream> current = new TreeMap<>();
    private final boolean ordered;
    private volatile @Nullable JobFailure failure;
    private boolean busy;
    private int restarts;

    public Recorder() {
        this(true);
    }

    Recorder(boolean ordered) {
        this.ordered = ordered;
    }

    private synchronized void enter(String call) {
        if (busy) {
            broken.add("two calls at a time: " + call);
        }
        if (end.getCount() == 0) {
            broken.add("a call after the end: " + call);
        }
        busy = true;
    }

    private synchronized void leave() {
        busy = false;
    }

    private void check(int index) {
        if (index < partitions.size() && partitions.get(index) != null) {
            broken.add("after its end: partition=" + index);
        }
        if (ordered && index != partitions.size()) {
            broken.add("out of order: got=" + index + " expected=" + partitions.size());
        }
    }

    @Override
    public void data(int index, ByteBuffer piece) throws IOException {
        enter("data");
        check(index);
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        current.computeIfAbsent(index, i -> new ByteArrayOutputStream()).writeBytes(bytes);
        leave();
    }

    @Override
    public void restart(int index) {
        enter("restart");
        check(index);
        if (current.remove(index) == null) {
            broken.add("nothing to restart: partition=" + index);
        }
        restarts++;
        leave();
    }

    @Override
    public void partitionEnd(int index, long bytes, long count) throws IOException {
        enter("partitionEnd");
        check(index);
        ByteArrayOutputStream whole = current.remove(index);
        if (whole == null) {
            whole = new ByteArrayOutputStream();
        }
        if (bytes != whole.size()) {
            broken.add("wrong length: partition=" + index + " said=" + bytes + " got=" + whole.size());
        }
        while (partitions.size() <= index) {
            partitions.add(null);
            records.add(-1L);
        }
        partitions.set(index, whole);
        records.set(index, count);
        leave();
    }

    int restarts() {
        return restarts;
    }

    @Override
    public void succeeded(List<byte[]> accumulators) {
        enter("succeeded");
        for (byte[] update : accumulators) {
            updates.writeBytes(ByteBuffer.allocate(4).putInt(update.length).array());
            updates.writeBytes(update);
        }
        leave();
        end.countDown();
    }

    @Override
    public void failed(JobFailure why) {
        enter("failed");
        failure = why;
        leave();
        end.countDown();
    }

    public boolean ended() {
        return end.getCount() == 0;
    }

    private void await() throws InterruptedException {
        assertThat(end.await(60, TimeUnit.SECONDS)).as("the job ended").isTrue();
        assertThat(broken).isEmpty();
    }

    /** Waits for success and returns the bytes of every partition. */
    public List<byte[]> result() throws InterruptedException {
        await();
        assertThat(failure).as("failure").isNull();
        assertThat(current).as("partitions without an end").isEmpty();
        return partitions.stream()
                .map(Objects::requireNonNull)
                .map(ByteArrayOutputStream::toByteArray)
                .toList();
    }

    /** Waits for the failure and returns it. */
    public JobFailure failure() throws InterruptedException {
        await();
        JobFailure why = failure;
        if (why == null) {
            throw new AssertionError("the job succeeded");
        }
        return why;
    }

    List<Long> records() {
        return records;
    }

    byte[] updates() {
        return updates.toByteArray();
    }
}
