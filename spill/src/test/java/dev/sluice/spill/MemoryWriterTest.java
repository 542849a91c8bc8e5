// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** All of it or nothing, and never more than the budget grants. */
class MemoryWriterTest {
    private static long free(MemoryBudget budget, long limit) {
        long free = budget.tryAcquire(limit);
        budget.release(free);
        return free;
    }

    @Test
    void keepsWhatFitsAndDropsTheRestWhatever() {
        for (int round = 0; round < 400; round++) {
            Random random = new Random(round);
            long limit = random.nextInt(3 << 20);
            MemoryBudget budget = MemoryBudget.of(limit);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            long records = 0;
            Optional<MapOutput> kept;
            try (MemoryWriter writer = new MemoryWriter(budget)) {
                for (int i = random.nextInt(30); i > 0; i--) {
                    byte[] chunk = new byte[random.nextInt(200_000)];
                    random.nextBytes(chunk);
                    expected.writeBytes(chunk);
                    records += i;
                    ByteBuffer drained = ByteBuffer.wrap(chunk);
                    writer.write(drained, i);
                    assertThat(drained.hasRemaining()).as("seed=%d", round).isFalse();
                }
                kept = writer.finish();
            }
            long held = limit - free(budget, limit);
            if (kept.isPresent()) {
                MapOutput output = kept.get();
                assertThat(Samples.read(output, 0)).as("seed=%d", round).isEqualTo(expected.toByteArray());
                assertThat(output.records(0)).isEqualTo(records);
                assertThat(held).isGreaterThanOrEqualTo(expected.size());
                output.close();
            } else {
                assertThat(held).as("seed=%d", round).isZero();
                // Segments are at most twice what is in them, and grains of a MiB are asked for.
                assertThat(2L * expected.size() + (64 << 10))
                        .as("seed=%d", round)
                        .isGreaterThan(limit);
            }
            assertThat(free(budget, limit)).isEqualTo(limit);
        }
    }

    @Test
    void closingWithoutAnEndGivesTheMemoryBack() {
        MemoryBudget budget = MemoryBudget.of(4 << 20);
        MemoryWriter writer = new MemoryWriter(budget);
        writer.write(ByteBuffer.allocate(1 << 20), 1);
        assertThat(free(budget, 4 << 20)).isLessThan(4 << 20);
        writer.close();
        writer.close();
        assertThat(free(budget, 4 << 20)).isEqualTo(4 << 20);
        assertThat(writer.finish()).isEmpty();
    }
}
