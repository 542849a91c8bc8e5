// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Engine} promises. An engine's test extends this class, says how to start it with two slots, one
 * failure allowed and three losses, and adds nothing to what is asserted here.
 */
public abstract class EngineContract extends EngineBarrierContract {
    @Test
    void aUserExceptionFailsTheJobAndNamesThePlace() throws Exception {
        JobFailure failure = fail(plans.python(plans.range(6, 3), "('mapPartitionsWithIndex', FailFirst(1, 9))"));
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.USER);
        assertThat(failure.message())
                .startsWith("a task failed: ValueError: bad item 2 in job=0 stage=")
                .contains(" partition=1 attempt=0 worker=");
        assertThat(failure.pythonType()).isEqualTo("ValueError");
        assertThat(failure.traceback()).contains("contract_functions.py", "raise ValueError", "bad item 2");
        assertThat(python.show("pickle.loads", Objects.requireNonNull(failure.pickled())))
                .isEqualTo("ValueError('bad item 2')");
        assertUsable();
    }

    @Test
    void failuresAreRetriedAsOftenAsAllowed() throws Exception {
        allowFailures(3);
        Recorder retried = submit(
                plans.python(plans.range(6, 3), "('map', Adder(1)), ('mapPartitionsWithIndex', FailFirst(1, 2))"));
        assertThat(show(retried)).isEqualTo("[[0, 1], [2, 3], [4, 5]]");
        assertThat(sum(retried))
                .as("accumulators of failed attempts do not count")
                .isEqualTo(15);
        JobFailure failure = fail(plans.python(plans.range(6, 3), "('mapPartitionsWithIndex', FailFirst(2, 3))"));
        assertThat(failure.message())
                .startsWith("a task failed 3 times: ValueError: bad item 4 in ")
                .contains(" partition=2 attempt=2 ");
    }

    @Test
    void aFailingMapTaskIsRetriedBeforeAnyoneReadsItsOutput() throws Exception {
        allowFailures(2);
        String steps = "('map', Adder(1)), ('mapPartitionsWithIndex', FailFirst(0, 1))";
        Recorder retried = submit(plans.shuffle(plans.python(plans.range(60_000, 2), steps), 1));
        assertThat(retried.result()).hasSize(1);
        assertThat(retried.records()).containsExactly(60_000L);
        assertThat(sum(retried)).isEqualTo(60_000 / 2 * 59_999);
    }

    @Test
    void aModuleThatIsMissingInTheWorkerIsNamed() throws Exception {
        JobFailure failure = fail(plans.python(plans.range(1, 1), "('map', missing_module)"));
        assertThat(failure.message()).contains("ModuleNotFoundError: No module named 'no_such_module'");
        assertThat(failure.traceback()).contains("import no_such_module");
    }

    @Test
    void aFailureEndsTheOtherTasksAtOnce() throws Exception {
        Path started = directory("started");
        String steps = "('mapPartitionsWithIndex', Sleep(" + text(started) + ", splits=range(1, 50))),"
                + " ('mapPartitionsWithIndex', FailFirst(0, 9))";
        JobFailure failure = fail(plans.python(plans.range(50, 50), steps));
        assertThat(failure.message()).contains("ValueError: bad item 0", "partition=0");
        assertGone(started);
        assertUsable();
    }

    @Test
    void aWorkerKilledInATaskIsRetriedOnce() throws Exception {
        for (String how : List.of("kill", "exit")) {
            Dataset clean = plans.python(plans.range(60_000, 3), "('mapPartitions', digest)");
            String expected = run(clean);
            String steps = "('map', Adder(1)), ('mapPartitionsWithIndex', DieFirst(1, 1, '" + how + "'))";
            Dataset dying = plans.python(plans.range(60_000, 3), steps);
            Recorder recorder = submit(dying);
            List<byte[]> result = recorder.result();
            assertThat(recorder.records()).containsExactly(20_000L, 20_000L, 20_000L);
            assertThat(sum(recorder)).isEqualTo(60_000 / 2 * 59_999);
            assertThat(result).hasSize(3);
            assertThat(run(plans.python(dying, "('mapPartitions', digest)"))).isEqualTo(expected);
        }
    }

    @Test
    void aMapTaskWhoseWorkerDiesWritesItsOutputOnce() throws Exception {
        Dataset dying = plans.python(plans.range(60_000, 3), "('mapPartitionsWithIndex', DieFirst(0, 1))");
        Dataset digests = plans.python(plans.shuffle(dying, 2), "('mapPartitions', digest)");
        assertThat(run(digests)).isEqualTo(evaluate("[digest(range(p, 60000, 2)) for p in range(2)]"));
    }

    @Test
    void aTaskThatAlwaysKillsItsWorkerFailsTheJob() throws Exception {
        Dataset killer = plans.python(plans.range(40_000, 2), "('mapPartitionsWithIndex', DieFirst(1, 99))");
        JobFailure failure = fail(killer);
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.LOST);
        assertThat(failure.message())
                .startsWith("a task was lost 3 times: worker lost: pid=")
                .contains("killed by signal 9 (SIGKILL)", " partition=1 attempt=2", "sluice.task.maxLosses");
        assertUsable();
    }

    @Test
    void aRunningJobIsCancelled() throws Exception {
        Path started = directory("started");
        Recorder recorder = new Recorder();
        JobHandle job = submit(
                plans.python(plans.range(8, 8), "('mapPartitionsWithIndex', Sleep(" + text(started) + "))"), recorder);
        Awaitility.await().until(() -> !names(started).isEmpty());
        job.cancel("the test wants it");
        job.cancel("again");
        JobFailure failure = recorder.failure();
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        assertThat(failure.message()).startsWith("job was cancelled: the test wants it job=0");
        assertGone(started);
        assertUsable();
        job.cancel("after its end");
    }

    @Test
    void aJobThatWaitsForSlotsIsCancelled() throws Exception {
        Path started = directory("started");
        Recorder first = new Recorder();
        JobHandle running = submit(
                plans.python(plans.range(4, 4), "('mapPartitionsWithIndex', Sleep(" + text(started) + "))"), first);
        Awaitility.await().until(() -> !names(started).isEmpty());
        Path never = directory("never");
        Recorder second = new Recorder();
        String waiting = "('mapPartitionsWithIndex', Note(" + text(never) + "))";
        JobHandle queued = submit(plans.shuffle(plans.python(plans.range(4, 4), waiting), 2), second);
        queued.cancel("before it began");
        assertThat(second.failure().message()).startsWith("job was cancelled: before it began job=1");
        assertThat(first.ended()).isFalse();
        running.cancel("enough");
        assertThat(first.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        assertUsable();
        assertThat(names(never)).isEmpty();
    }

    @Test
    void cancellingOneJobLeavesTheOthersAlone() throws Exception {
        Path go = files.resolve("go");
        Path started = directory("started");
        Recorder other = submit(plans.python(plans.range(2, 1), "('mapPartitions', Wait(" + text(go) + "))"));
        Recorder recorder = new Recorder();
        JobHandle job = submit(
                plans.python(plans.range(2, 2), "('mapPartitionsWithIndex', Sleep(" + text(started) + "))"), recorder);
        job.cancel("not needed");
        assertThat(recorder.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        Files.createFile(go);
        assertThat(show(other)).isEqualTo("[[0, 1]]");
    }

    @Test
    void aSlowReaderHoldsNoSlots() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        Recorder blocked = new Recorder() {
            @Override
            public void data(int index, ByteBuffer piece) throws IOException {
                reading.countDown();
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                super.data(index, piece);
            }
        };
        submit(plans.python(plans.range(4_000, 4), "('map', large_record)"), blocked);
        assertThat(reading.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3; i++) {
            assertUsable();
        }
        assertThat(blocked.ended()).isFalse();
        slow.countDown();
        blocked.result();
        assertThat(blocked.records()).containsExactly(1_000L, 1_000L, 1_000L, 1_000L);
    }

    @Test
    void aLargeResultOfALostTaskComesOnce() throws Exception {
        List<byte[]> expected = submit(plans.python(plans.range(40_000, 2), "('map', large_record)"))
                .result();
        Recorder recorder = submit(plans.python(
                plans.range(40_000, 2), "('mapPartitionsWithIndex', DieFirst(0, 1)), ('map', large_record)"));
        assertThat(recorder.result()).containsExactlyElementsOf(expected);
        assertThat(recorder.records()).containsExactly(20_000L, 20_000L);
    }

    @Test
    void aReaderThatIsGoneCancelsTheJob() throws Exception {
        Recorder gone = new Recorder() {
            @Override
            public void partitionEnd(int index, long bytes, long count) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        submit(plans.python(plans.range(50, 50), "('map', double)"), gone);
        JobFailure failure = gone.failure();
        assertThat(failure.kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        assertThat(failure.message()).startsWith("job was cancelled: nobody reads the results: broken pipe");
        assertUsable();
    }

    @Test
    void afterAFailureNothingIsLeft() throws Exception {
        List<Path> before = left();
        String steps = "('map', large_record), ('mapPartitionsWithIndex', FailAtEnd())";
        for (int i = 0; i < 3; i++) {
            assertThat(fail(plans.python(plans.range(4_000, 2), steps)).message())
                    .contains("RuntimeError: at the end");
            assertThat(fail(plans.shuffle(
                                    plans.python(plans.range(4_000, 2), "('mapPartitionsWithIndex', FailAtEnd())"), 2))
                            .message())
                    .contains("RuntimeError: at the end");
        }
        Awaitility.await().untilAsserted(() -> assertThat(left()).isEqualTo(before));
        assertUsable();
    }

    @Test
    void closingEndsJobsThatRun() throws Exception {
        Path started = directory("started");
        Recorder recorder =
                submit(plans.python(plans.range(4, 4), "('mapPartitionsWithIndex', Sleep(" + text(started) + "))"));
        Awaitility.await().until(() -> !names(started).isEmpty());
        engine().close();
        assertThat(recorder.failure().kind()).isEqualTo(JobFailure.Kind.CANCELLED);
        assertGone(started);
        engine().close();
    }

    private void assertUsable() throws InterruptedException {
        assertThat(run(plans.python(plans.shuffle(plans.range(6, 2), 2), "('map', double)")))
                .isEqualTo("[[0, 4, 8], [2, 6, 10]]");
    }

    /** Every process that noted itself in a directory has ended. */
    private static void assertGone(Path started) throws IOException {
        for (String pid : names(started)) {
            Awaitility.await("process " + pid)
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> ProcessHandle.of(Long.parseLong(pid))
                            .filter(ProcessHandle::isAlive)
                            .isEmpty());
        }
    }
}
