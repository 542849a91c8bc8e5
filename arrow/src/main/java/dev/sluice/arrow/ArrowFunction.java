// SPDX-License-Identifier: Apache-2.0
package dev.sluice.arrow;

import dev.sluice.worker.StageSpec;
import java.io.IOException;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A Python function that Arrow batches can be streamed through. Safe for any number of threads: each call runs in a
 * worker of its own, which is used again by the next.
 */
public final class ArrowFunction {
    private final ArrowWorkers workers;
    private final String name;
    private final Schema result;
    private final Spec spec;
    private final StageSpec each;
    private final StageSpec all;

    /** Makes the stage of a function. */
    interface Spec {
        StageSpec stage(boolean each, boolean pandas);
    }

    ArrowFunction(ArrowWorkers workers, String name, Schema result, Spec spec, boolean pandas) {
        this.workers = workers;
        this.name = name;
        this.result = result;
        this.spec = spec;
        this.each = spec.stage(true, pandas);
        this.all = spec.stage(false, pandas);
    }

    /**
     * Returns the same function over {@code pandas.DataFrame}s in the place of {@code pyarrow.RecordBatch}es. It may
     * return DataFrames, or a Series or array where the result has one column. Needs pandas in the worker's Python.
     *
     * @return another function
     */
    public ArrowFunction overPandas() {
        return new ArrowFunction(workers, name, result, spec, true);
    }

    /**
     * Calls the function with each batch; it returns one with as many rows. Long batches reach it in several.
     *
     * @param batches the arguments, read by another thread as the worker asks for them; closed with the results
     * @return the results in order, to be closed, which ends the worker if they were not read to their end; reading throws {@link
     *     dev.sluice.worker.PythonException} where the function raised or returned something else than it declared, and
     *     {@link dev.sluice.worker.WorkerLostException} where its process ended
     * @throws IOException if no file can be made
     * @throws IllegalArgumentException if a column's type does not cross, naming both
     */
    public ArrowReader apply(ArrowReader batches) throws IOException {
        return workers.start(each, name, result, batches);
    }

    /**
     * Calls the function once, with an iterator over all batches; it returns an iterable of batches of any number of rows.
     *
     * @param batches what the iterator yields, read as {@link #apply} reads it
     * @return the results in order, as {@link #apply} returns them
     * @throws IOException if no file can be made
     * @throws IllegalArgumentException if a column's type does not cross, naming both
     */
    public ArrowReader applyToAll(ArrowReader batches) throws IOException {
        return workers.start(all, name, result, batches);
    }

    /**
     * Returns what was named.
     *
     * @return the name, for messages
     */
    @Override
    public String toString() {
        return name;
    }
}
