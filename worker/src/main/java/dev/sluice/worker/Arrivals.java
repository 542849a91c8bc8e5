// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The processes that a pool has asked for and that have not said hello yet, by the number of the request. */
final class Arrivals {
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<Integer, Arrival> expected = new ConcurrentHashMap<>();

    /** Returns the number of a new request, which is forgotten once its process is there or has failed. */
    int expect(Arrival arrival) {
        int number = requests.incrementAndGet();
        expected.put(number, arrival);
        arrival.worker.whenComplete((worker, error) -> forget(number));
        arrival.generation.whenComplete((link, error) -> forget(number));
        return number;
    }

    void forget(int request) {
        expected.remove(request);
    }

    @Nullable
    Arrival get(int request) {
        return expected.get(request);
    }

    void failed(int request, String reason) {
        Arrival arrival = get(request);
        if (arrival != null) {
            arrival.fail(new SluiceException(reason));
        }
    }

    /** Fails all that a process was to fork, which has ended. */
    void lost(ZygoteLink parent) {
        for (Arrival arrival : List.copyOf(expected.values())) {
            if (arrival.parent.equals(parent)) {
                arrival.fail(
                        new ParentLostException("the process that was to fork it ended: pid=" + parent.pid(), null));
            }
        }
    }

    void closed() {
        List.copyOf(expected.values())
                .forEach(arrival -> arrival.fail(new SluiceException("the worker pool is closed")));
    }

    /** Waits for an arrival; the message of an error says what was waited for. */
    static <T> T await(CompletableFuture<T> future, String what, Duration timeout) throws IOException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ParentLostException) {
                throw new ParentLostException("cannot start " + what + ": " + Causes.text(e), e);
            }
            throw new IOException("cannot start " + what + ": " + Causes.text(e), e);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw new IOException("cannot start " + what + ": no hello within " + timeout
                    + "; raise sluice.worker.startTimeout if this machine is slow");
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting " + what, e);
        }
    }
}
