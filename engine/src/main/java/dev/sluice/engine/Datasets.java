// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;

/** Walks over plans. */
public final class Datasets {
    private Datasets() {}

    /**
     * Returns what a node reads.
     *
     * @param dataset the node
     * @return its inputs, that of a shuffle too
     */
    public static List<Dataset> inputs(Dataset dataset) {
        return dataset instanceof Dataset.Shuffle shuffle ? List.of(shuffle.input()) : narrowInputs(dataset);
    }

    /**
     * Returns what kind of node it is, as {@link PlanNode} names it.
     *
     * @param dataset the node
     * @return a word in lower case
     */
    public static String kind(Dataset dataset) {
        if (dataset instanceof Dataset.Source) {
            return "source";
        } else if (dataset instanceof Dataset.PythonStage) {
            return "python";
        } else if (dataset instanceof Dataset.Shuffle) {
            return "shuffle";
        } else if (dataset instanceof Dataset.Union) {
            return "union";
        } else if (dataset instanceof Dataset.Coalesce) {
            return "coalesce";
        } else if (dataset instanceof Dataset.Zip) {
            return "zip";
        } else if (dataset instanceof Dataset.Cartesian) {
            return "cartesian";
        }
        return "cached";
    }

    /**
     * Returns what a task over a node computes in the same worker.
     *
     * @param dataset the node
     * @return all inputs but that of a shuffle
     */
    public static List<Dataset> narrowInputs(Dataset dataset) {
        if (dataset instanceof Dataset.PythonStage stage) {
            return stage.inputs();
        } else if (dataset instanceof Dataset.Union union) {
            return union.inputs();
        } else if (dataset instanceof Dataset.Coalesce coalesce) {
            return List.of(coalesce.input());
        } else if (dataset instanceof Dataset.Zip zip) {
            return zip.inputs();
        } else if (dataset instanceof Dataset.Cartesian product) {
            return List.of(product.left(), product.right());
        } else if (dataset instanceof Dataset.Cached cached) {
            return List.of(cached.input());
        }
        return List.of();
    }
}
