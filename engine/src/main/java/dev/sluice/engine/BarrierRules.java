// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which plans may have barrier stages in them: those that Apache Spark runs too, whose errors these name. */
public final class BarrierRules {
    private final Function<Dataset, ? extends Collection<Dataset.Shuffle>> missing;
    private final int slots;
    private final IdentityHashMap<Dataset, Boolean> known = new IdentityHashMap<>();

    private BarrierRules(Function<Dataset, ? extends Collection<Dataset.Shuffle>> missing, int slots) {
        this.missing = missing;
        this.slots = slots;
    }

    /**
     * Returns why a job's barrier stages cannot run.
     *
     * @param missing tells which shuffles tasks over a node read that are still to be written
     * @param job the job
     * @param slots how many tasks run at once
     * @return null if they can run, or if it has none
     */
    public static @Nullable String refusal(
            Function<Dataset, ? extends Collection<Dataset.Shuffle>> missing, Job job, int slots) {
        return new BarrierRules(missing, slots)
                .refusal(job.target(), job.partitions().size());
    }

    private @Nullable String refusal(Dataset dataset, int tasks) {
        if (isBarrier(dataset)) {
            if (tasks > slots) {
                return "a barrier stage needs all of its tasks to run at once: tasks=" + tasks + " slots=" + slots
                        + "; repartition its data to at most " + slots + ", or take a master such as local[" + tasks
                        + "] ([SPARK-24819]: Barrier execution mode does not allow run a barrier stage that requires"
                        + " more slots than the total number of slots)";
            }
            if (!allowed(dataset, tasks)) {
                return "a barrier stage has a form that cannot run at once: its data sets must all have as many"
                        + " partitions as it has tasks (tasks=" + tasks + "), so no union, coalesce, first or take; and"
                        + " none may read two barriers side by side ([SPARK-24820][SPARK-24821]: Barrier execution mode"
                        + " does not allow the following pattern of RDD chain within a barrier stage)";
            }
        }
        for (Dataset.Shuffle shuffle : missing.apply(dataset)) {
            String refusal = refusal(shuffle.input(), shuffle.input().partitions());
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private boolean isBarrier(Dataset dataset) {
        Boolean before = known.get(dataset);
        if (before == null) {
            before = (dataset instanceof Dataset.PythonStage stage && stage.barrier())
                    || Datasets.narrowInputs(dataset).stream().anyMatch(this::isBarrier);
            known.put(dataset, before);
        }
        return before;
    }

    private boolean allowed(Dataset dataset, int tasks) {
        List<Dataset> inputs = Datasets.narrowInputs(dataset);
        return dataset.partitions() == tasks
                && inputs.stream().filter(this::isBarrier).count() <= 1
                && inputs.stream().allMatch(input -> allowed(input, tasks));
    }
}
