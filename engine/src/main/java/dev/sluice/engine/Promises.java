// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.WorkerHandle;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Workers that a task is about to use, which nobody else is to be sent to. Guarded by the engine's lock. */
final class Promises {
    private final Set<WorkerHandle> promised = new HashSet<>();

    /** Reserves a worker that a slot of {@code site} can use, and nobody uses or is about to; false if that is not so. */
    boolean promise(WorkerHandle worker, Object site) {
        return worker.site().equals(site) && !worker.leased() && promised.add(worker);
    }

    /** Ends a promise, when the worker was used. */
    void release(@Nullable WorkerHandle worker) {
        if (worker != null) {
            promised.remove(worker);
        }
    }
}
