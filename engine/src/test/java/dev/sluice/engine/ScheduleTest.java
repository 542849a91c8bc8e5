// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.codec.Codecs;
import dev.sluice.spill.MemoryBudget;
import dev.sluice.spill.SpillDirectories;
import dev.sluice.worker.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which order a slot is given the tasks of several programs, pools and jobs. */
final class ScheduleTest {
    private static final EngineOptions OPTIONS = new EngineOptions(2, 1, 3, false);

    @TempDir
    Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private int jobs;

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    private enum NoSlots implements Slots {
        ONE;

        @Override
        public int idle() {
            return 0;
        }

        @Override
        public void wake(int tasks) {}

        @Override
        public void wakeAll() {}
    }

    private enum NoSink implements ResultSink {
        ONE;

        @Override
        public void data(int index, ByteBuffer piece) throws IOException {
            throw new IOException("nothing is delivered here");
        }

        @Override
        public void restart(int index) {}

        @Override
        public void partitionEnd(int index, long bytes, long records) {}

        @Override
        public void succeeded(List<byte[]> accumulators) {}

        @Override
        public void failed(JobFailure failure) {}
    }

    /** A job of six tasks; its number tells them from others. */
    private StageRun stage(Object program, String pool) {
        Dataset source = new Dataset.Source(0, Collections.nCopies(6, new byte[0]));
        Map<String, String> properties = pool.isEmpty() ? Map.of() : Map.of("spark.scheduler.pool", pool);
        List<Integer> partitions = IntStream.range(0, 6).boxed().toList();
        Job job = new Job(jobs++, source, partitions, List.of(), properties);
        Stores stores = new Stores(
                MemoryBudget.of(0), MemoryBudget.of(0), SpillDirectories.lazy(List.of(directory)), Codecs.none());
        StagePlanner planner = new StagePlanner(stores, new Barrier.Limit(Duration.ofDays(1), timer));
        return planner.resultStage(new JobRun(job, NoSink.ONE, OPTIONS, program), 0);
    }

    private static String order(Schedule schedule, int count) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Lease<TaskRun> lease = schedule.next(Worker.LOCAL);
            order.append(lease == null ? "-" : lease.first().stage().job().id());
        }
        return order.toString();
    }

    @Test
    void programsTakeTurnsHoweverManyJobsEachHas() {
        Schedule schedule = new Schedule(false, NoSlots.ONE);
        for (String program : List.of("a", "a", "a", "b")) {
            schedule.add(stage(program, ""));
        }
        assertThat(order(schedule, 10)).isEqualTo("0313230313");
    }

    @Test
    void poolsOfAProgramTakeTurnsAndThenTheirJobs() {
        Schedule schedule = new Schedule(false, NoSlots.ONE);
        for (String pool : List.of("p", "p", "q")) {
            schedule.add(stage("a", pool));
        }
        assertThat(order(schedule, 8)).isEqualTo("02120212");
    }

    @Test
    void theOldestGoesFirstIfAsked() {
        Schedule schedule = new Schedule(true, NoSlots.ONE);
        schedule.add(stage("a", ""));
        schedule.add(stage("b", ""));
        assertThat(order(schedule, 8)).isEqualTo("00000011");
    }
}
