// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import dev.sluice.worker.StageSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Cuts plans at their shuffles. */
final class StagePlanner {
    private final Stores stores;
    private final Barrier.Limit limit;
    private final Locality locality;

    StagePlanner(Stores stores, Barrier.Limit limit) {
        this.stores = stores;
        this.limit = limit;
        this.locality = new Locality(stores.cache());
    }

    /** Returns the shuffles without whole output that tasks over {@code dataset} read, in a fixed order. */
    Set<Dataset.Shuffle> missing(Dataset dataset) {
        Set<Dataset.Shuffle> missing = new LinkedHashSet<>();
        collect(dataset, missing);
        return missing;
    }

    private void collect(Dataset dataset, Set<Dataset.Shuffle> missing) {
        if (dataset instanceof Dataset.Shuffle shuffle) {
            if (!stores.shuffles().complete(shuffle)) {
                missing.add(shuffle);
            }
        } else if (!(dataset instanceof Dataset.Cached cached && stores.cache().complete(cached))) {
            for (Dataset input : Datasets.narrowInputs(dataset)) {
                collect(input, missing);
            }
        }
    }

    StageRun mapStage(JobRun job, int id, Dataset.Shuffle shuffle) {
        TreeBuilder builder = survey(shuffle.input());
        if (builder.barrier()) {
            // Its tasks run all or none, also where only some of the output is lost.
            stores.shuffles().forget(shuffle.id());
        }
        List<Integer> partitions = stores.shuffles().missing(shuffle);
        return new StageRun(
                job,
                spec(job, id, builder, partitions),
                builder,
                shuffle.input(),
                shuffle,
                partitions,
                limit,
                locality);
    }

    StageRun resultStage(JobRun job, int id) {
        TreeBuilder builder = survey(job.job().target());
        return new StageRun(
                job,
                spec(job, id, builder, job.job().partitions()),
                builder,
                job.job().target(),
                null,
                job.job().partitions(),
                limit,
                locality);
    }

    private TreeBuilder survey(Dataset dataset) {
        TreeBuilder builder = new TreeBuilder(stores);
        builder.survey(dataset);
        return builder;
    }

    private static StageSpec spec(JobRun job, int id, TreeBuilder builder, List<Integer> partitions) {
        return new StageSpec(
                id,
                builder.commands(),
                builder.broadcasts(),
                job.job().path(),
                job.job().properties(),
                builder.barrier() ? partitions.size() : 0);
    }
}
