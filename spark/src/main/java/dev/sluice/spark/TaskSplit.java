// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.util.ArrayList;
import org.apache.spark.Partition;

/** One task: travels with it alone, so that what it is to do costs the others nothing. */
final class TaskSplit implements Partition {
    private static final long serialVersionUID = 1L;

    /** Its tree, without the nodes of its inputs. */
    final byte[] tree;
    /** Where in the tree they go. */
    final ArrayList<Integer> holes;

    final Input[] inputs;
    private final int index;

    TaskSplit(int index, byte[] tree, ArrayList<Integer> holes, Input[] inputs) {
        this.index = index;
        this.tree = tree;
        this.holes = holes;
        this.inputs = inputs;
    }

    /** What it reads. */
    sealed interface Input extends java.io.Serializable {}

    /**
     * A partition of another RDD.
     *
     * @param dependency the place of the RDD among the dependencies
     * @param partition the partition
     */
    record OfRdd(int dependency, Partition partition) implements Input {}

    /**
     * A file that Python cannot decompress.
     *
     * @param path where it is, on every machine
     */
    record OfFile(String path) implements Input {}

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskSplit split && split.index == index;
    }

    @Override
    public int hashCode() {
        return index;
    }
}
