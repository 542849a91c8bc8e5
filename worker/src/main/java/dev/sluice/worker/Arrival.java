// SPDX-License-Identifier: Apache-2.0
package dev.sluice.worker;

import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A process that was asked for and has not said hello yet. */
final class Arrival {
    final ZygoteLink parent;
    final CompletableFuture<SocketChannel> output = new CompletableFuture<>();
    final CompletableFuture<Worker> worker = new CompletableFuture<>();
    final CompletableFuture<ZygoteLink> generation = new CompletableFuture<>();
    Set<Long> holds = Set.of();

    Arrival(ZygoteLink parent) {
        this.parent = parent;
        // Whoever gave up on a worker that is half here lets go of the half.
        worker.whenComplete((unused, failure) -> {
            if (failure != null) {
                output.thenAccept(Channels::close);
            }
        });
    }

    void fail(Exception failure) {
        output.completeExceptionally(failure);
        worker.completeExceptionally(failure);
        generation.completeExceptionally(failure);
    }
}
