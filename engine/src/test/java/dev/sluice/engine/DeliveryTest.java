// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Which thread tells the end of a job: that of a slot must not wait for a driver that reads nothing. */
class DeliveryTest {
    private static final long LARGE = 1 << 20;

    private final Deque<Runnable> elsewhere = new ArrayDeque<>();
    private final AtomicInteger told = new AtomicInteger();

    private Delivery delivery() {
        return new Delivery(new Recorder(), 0, true, elsewhere::add, e -> {});
    }

    @Test
    void aSmallEndIsToldAtOnceAndALargeOneByAThreadOfItsOwn() {
        List<BiConsumer<Long, Runnable>> ends = List.of(
                (bytes, action) -> delivery().whenDelivered(bytes, action),
                (bytes, action) -> delivery().abort(bytes, action));
        for (BiConsumer<Long, Runnable> end : ends) {
            told.set(0);
            end.accept(100L, told::incrementAndGet);
            assertThat(told).hasValue(1);
            assertThat(elsewhere).isEmpty();
            end.accept(LARGE, told::incrementAndGet);
            assertThat(told).hasValue(1);
            elsewhere.remove().run();
            assertThat(told).hasValue(2);
            assertThat(elsewhere).isEmpty();
        }
    }
}
