// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    @TempDir
    Path temp;

    private static void assertFree(MemoryBudget budget, long limit) {
        long free = budget.tryAcquire(limit);
        budget.release(free);
        assertThat(free).isEqualTo(limit);
    }

    @Test
    void whatIsAppendedCanBeReadAtOnce() throws InterruptedException {
        for (long limit : new long[] {0, 1 << 20}) {
            try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                    Spool spool = new Spool(MemoryBudget.of(limit), dirs)) {
                assertThat(spool.isReady()).isFalse();
                for (byte i = 0; i < 10; i++) {
                    assertThat(spool.append(ByteBuffer.wrap(new byte[] {i}))).isTrue();
                    assertThat(spool.isReady()).isTrue();
                    assertThat(spool.next()).isEqualTo(ByteBuffer.wrap(new byte[] {i}));
                }
                spool.complete(10, 3);
                assertThat(spool.next()).isNull();
                assertThat(spool.records()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 150, 1_000, 10_000, 1 << 20})
    void writerNeverWaits(long limit) throws InterruptedException {
        for (int round = 0; round < 30; round++) {
            long seed = limit * 100 + round;
            Random random = new Random(seed);
            MemoryBudget budget = MemoryBudget.of(limit);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                    Spool spool = new Spool(budget, dirs, Samples.TINY)) {
                ByteArrayOutputStream actual = new ByteArrayOutputStream();
                for (int i = 0; i < 100; i++) {
                    byte[] chunk = new byte[random.nextInt(120)];
                    random.nextBytes(chunk);
                    spool.append(ByteBuffer.wrap(chunk));
                    expected.writeBytes(chunk);
                    // The same thread reads now and then: it may fall behind, catch up, and fall behind again.
                    while (spool.isReady() && random.nextInt(10) < round % 10) {
                        actual.writeBytes(Samples.bytes(spool.next()));
                    }
                }
                spool.complete(expected.size(), 100);
                actual.writeBytes(Samples.drain(spool));
                assertThat(actual.toByteArray()).as("seed=%d", seed).isEqualTo(expected.toByteArray());
                assertThat(spool.bytes()).isEqualTo(expected.size());
            }
            assertFree(budget, limit);
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void twoThreads() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp))) {
            for (int round = 0; round < 200; round++) {
                int seed = round;
                MemoryBudget budget = MemoryBudget.of(round * 20L);
                try (Spool spool = new Spool(budget, dirs, Samples.TINY)) {
                    Future<?> writer = pool.submit(() -> {
                        Random random = new Random(seed);
                        for (int i = 0; i < 100; i++) {
                            byte[] chunk = new byte[random.nextInt(100)];
                            random.nextBytes(chunk);
                            spool.append(ByteBuffer.wrap(chunk));
                        }
                        spool.complete(spool.bytes(), 100);
                    });
                    byte[] actual = Samples.drain(spool);
                    writer.get(60, TimeUnit.SECONDS);
                    Random random = new Random(seed);
                    ByteArrayOutputStream expected = new ByteArrayOutputStream();
                    for (int i = 0; i < 100; i++) {
                        byte[] chunk = new byte[random.nextInt(100)];
                        random.nextBytes(chunk);
                        expected.writeBytes(chunk);
                    }
                    assertThat(actual).as("seed=%d", seed).isEqualTo(expected.toByteArray());
                }
                assertFree(budget, round * 20L);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closeRacesWithTheWriter() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        FailingFiles files = new FailingFiles();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp), files)) {
            for (int round = 0; round < 300; round++) {
                MemoryBudget budget = MemoryBudget.of(round);
                Spool spool = new Spool(budget, dirs, Samples.TINY);
                Future<?> writer = pool.submit(() -> {
                    while (spool.append(ByteBuffer.wrap(new byte[50]))) {
                        Thread.onSpinWait();
                    }
                });
                for (int i = 0; i < round % 20; i++) {
                    spool.next();
                }
                spool.close();
                writer.get(60, TimeUnit.SECONDS);
                assertFree(budget, round);
                assertThat(files.openCount()).isZero();
                assertThat(files.existing()).isEmpty();
                assertThatThrownBy(spool::next).hasMessage("spool is closed");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void theFileIsUsedAgainWhenTheReaderHasCaughtUp() throws InterruptedException {
        FailingFiles files = new FailingFiles();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp), files)) {
            files.limit(dirs.paths().get(0), 2_000);
            try (Spool spool = new Spool(MemoryBudget.of(0), dirs, Samples.TINY)) {
                for (int round = 0; round < 100; round++) {
                    spool.append(ByteBuffer.wrap(new byte[500]));
                    while (spool.isReady()) {
                        spool.next();
                    }
                }
                assertThat(spool.spilledBytes()).isGreaterThan(20_000);
            }
        }
    }

    @Test
    void aWrongCountIsAnErrorOnBothSides() {
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                Spool spool = new Spool(MemoryBudget.of(0), dirs)) {
            spool.append(ByteBuffer.wrap(new byte[5]));
            assertThatThrownBy(() -> spool.complete(6, 1))
                    .hasMessage("task output is not whole: expected bytes=6 actual bytes=5");
            assertThatThrownBy(spool::next)
                    .isInstanceOf(SpillException.class)
                    .hasMessage("task output failed: task output is not whole: expected bytes=6 actual bytes=5");
            assertThat(spool.append(ByteBuffer.wrap(new byte[1]))).isFalse();
        }
    }

    @Test
    void failWakesTheReader() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (SpillDirectories dirs = SpillDirectories.open(List.of(temp));
                Spool spool = new Spool(MemoryBudget.of(0), dirs)) {
            Future<?> reader = pool.submit(spool::next);
            spool.fail(new IllegalStateException("worker lost"));
            spool.fail(new IllegalStateException("second"));
            assertThatThrownBy(() -> reader.get(60, TimeUnit.SECONDS))
                    .hasRootCauseMessage("worker lost")
                    .hasMessageContaining("task output failed: worker lost");
        } finally {
            pool.shutdownNow();
        }
    }
}
