// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import java.util.List;
import org.apache.spark.NarrowDependency;
import org.apache.spark.rdd.RDD;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Which partitions of another RDD tasks read; only the driver asks. */
final class TaskDependency<T> extends NarrowDependency<T> {
    private static final long serialVersionUID = 1L;

    private final transient List<List<Integer>> parents;

    TaskDependency(RDD<T> rdd, List<List<Integer>> parents) {
        super(rdd);
        this.parents = parents;
    }

    @Override
    public Seq<Object> getParents(int partition) {
        return CollectionConverters.<Object>asScala(List.<Object>copyOf(parents.get(partition)))
                .toSeq();
    }
}
