// SPDX-License-Identifier: Apache-2.0
package dev.sluice.os;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps a few compressors or decompressors for reuse: they are costly to make (up to megabytes) and serve one thread at
 * a time. At most one for each processor is kept, so memory stays flat however many threads come by.
 */
final class HandlePool<H> {

    /** What is done with a borrowed handle. */
    interface Use<H, R> {
        R with(H handle);
    }

    private final Supplier<H> maker;
    private final Consumer<H> destroyer;
    private final ArrayBlockingQueue<H> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    HandlePool(Supplier<H> maker, Consumer<H> destroyer) {
        this.maker = maker;
        this.destroyer = destroyer;
    }

    <R> R use(Use<H, R> use) {
        H handle = idle.poll();
        if (handle == null) {
            handle = maker.get();
        }
        try {
            return use.with(handle);
        } finally {
            if (!idle.offer(handle)) {
                destroyer.accept(handle);
            }
        }
    }
}
