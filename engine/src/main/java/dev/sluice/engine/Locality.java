// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.WorkerHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which worker has what a task reads as objects. A task goes there if that worker is free, and never waits for it:
 * unpickling in another costs less than a slot that does nothing.
 */
final class Locality {
    private final CacheStore cache;

    Locality(CacheStore cache) {
        this.cache = cache;
    }

    /** Tells whether tasks over {@code dataset} may read cached partitions. */
    static boolean matters(Dataset dataset) {
        return dataset instanceof Dataset.Cached
                || Datasets.narrowInputs(dataset).stream().anyMatch(Locality::matters);
    }

    /** Returns the worker that may have the first cached partition that a task reads; null if none has. */
    @Nullable
    WorkerHandle holder(Dataset dataset, int partition) {
        if (dataset instanceof Dataset.Cached cached) {
            WorkerHandle holder = cache.holder(new CacheStore.Slot(cached, partition));
            return holder != null ? holder : holder(cached.input(), partition);
        }
        if (dataset instanceof Dataset.Union union) {
            int left = partition;
            for (Dataset input : union.inputs()) {
                if (left < input.partitions()) {
                    return holder(input, left);
                }
                left -= input.partitions();
            }
            return null;
        }
        if (dataset instanceof Dataset.Coalesce coalesce) {
            List<Integer> group = coalesce.groups().get(partition);
            return group.isEmpty() ? null : holder(coalesce.input(), group.get(0));
        }
        if (dataset instanceof Dataset.Cartesian product) {
            return holder(product.left(), partition / product.right().partitions());
        }
        for (Dataset input : Datasets.narrowInputs(dataset)) {
            WorkerHandle holder = holder(input, partition);
            if (holder != null) {
                return holder;
            }
        }
        return null;
    }
}
