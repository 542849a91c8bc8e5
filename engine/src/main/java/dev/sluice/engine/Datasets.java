// SPDX-License-Identifier: Apache-2.0
package dev.sluice.engine;

import java.util.List;

/** Walks over plans. */
final class Datasets {
    private Datasets() {}

    /** Returns what a task over {@code dataset} computes in the same worker: all inputs but those behind a shuffle. */
    static List<Dataset> narrowInputs(Dataset dataset) {
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
