// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spill.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** LocalEngine keeps the contract. */
final class LocalEngineTest extends EngineContract {
    @Override
    protected Engine start(Setup setup) throws IOException {
        return WithPool.start(setup, MemoryBudget.of(64 << 20), MemoryBudget.of(64 << 20));
    }

    @Override
    protected int together() {
        return 2;
    }

    @Test
    void aWaitAtABarrierIsGivenUpInTime() throws Exception {
        waitAtBarriers(Duration.ofMillis(200));
        JobFailure failure = fail(barrier("Absent(" + text(directory("started")) + ", 1)"));
        assertThat(failure.message()).contains("BarrierError", "sluice.barrier.timeout=200ms: waiting=[0] of 2");
    }

    @Test
    void tasksThatWaitAtDifferentCallsAreTold() throws Exception {
        JobFailure failure = fail(barrier("call_by_split"));
        assertThat(failure.message()).contains("tasks wait at different calls: [0] at barrier, [1] at allGather");
    }

    @Test
    void resultsComeAsTheyAreDoneIfTheJobAsksForThat() throws Exception {
        Path go = files.resolve("go");
        List<Integer> came = new CopyOnWriteArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ResultSink sink = new ResultSink() {
            @Override
            public void data(int index, ByteBuffer piece) {}

            @Override
            public void restart(int index) {}

            @Override
            public void partitionEnd(int index, long bytes, long records) {
                came.add(index);
                first.countDown();
            }

            @Override
            public void succeeded(List<byte[]> accumulators) {
                end.countDown();
            }

            @Override
            public void failed(JobFailure failure) {
                throw new AssertionError(failure);
            }
        };
        Dataset slow = plans.python(plans.range(4, 2), "('mapPartitionsWithIndex', WaitFirst(" + text(go) + "))");
        engine().submit(new Job(0, slow, List.of(0, 1), path(), Map.of(), false), sink);
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(came).containsExactly(1);
        Files.createFile(go);
        assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(came).containsExactly(1, 0);
    }

    @Test
    void aTasksResultIsReadWhileItRunsAndAnewIfItIsLost() throws Exception {
        String clean = "('map', large_record)";
        List<byte[]> expected =
                submit(plans.python(plans.range(4_000, 2), clean)).result();
        for (boolean ordered : List.of(true, false)) {
            Path read = files.resolve("read-" + ordered);
            Recorder recorder = new Recorder(ordered) {
                @Override
                public void data(int index, ByteBuffer piece) throws IOException {
                    super.data(index, piece);
                    if (!Files.exists(read)) {
                        Files.createFile(read);
                    }
                }
            };
            Dataset dying = plans.python(
                    plans.range(4_000, 2), clean + ", ('mapPartitions', DieWhenRead(" + text(read) + ", 1_500))");
            engine().submit(new Job(ordered ? 10 : 11, dying, List.of(0, 1), path(), Map.of(), ordered), recorder);
            assertThat(recorder.result()).containsExactlyElementsOf(expected);
            assertThat(recorder.restarts()).isBetween(1, 2);
        }
    }
}
