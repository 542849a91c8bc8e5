// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.ZstdFileInput;
import dev.sluice.worker.TaskInput;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The tasks of one stage of a plan, a Python worker each. What it reads are shuffles and RDDs that Spark keeps; its items
 * are {@code T}: pieces of map output with their keys, pieces to keep, or one result a partition.
 */
final class TaskRdd<T> extends RDD<T> {
    /** Tasks whose output is what a job wants. */
    static final int RESULT = -1;
    /** Tasks whose output Spark keeps. */
    static final int KEEP = -2;

    private static final long serialVersionUID = 1L;

    private final SentTerms terms;
    private final int emits;
    private final @Nullable Updates updates;
    private final boolean barrier;
    private final int width;
    private transient TaskSplit @Nullable [] splits;

    /**
     * Makes an RDD.
     *
     * @param context where
     * @param dependencies what the tasks read
     * @param splits the tasks
     * @param terms what they have in common
     * @param emits the partitions of the shuffle that the tasks write; {@link #RESULT} or {@link #KEEP} else
     * @param updates takes accumulator updates; null if results carry them
     * @param barrier whether they run all at once
     * @param type of the items
     */
    TaskRdd(
            SparkContext context,
            List<Dependency<?>> dependencies,
            TaskSplit[] splits,
            StageTerms terms,
            int emits,
            @Nullable Updates updates,
            boolean barrier,
            ClassTag<T> type) {
        super(context, seq(dependencies), type);
        this.splits = splits;
        this.terms = new SentTerms(terms);
        this.emits = emits;
        this.updates = updates;
        this.barrier = barrier;
        this.width = splits.length;
    }

    private static Seq<Dependency<?>> seq(List<Dependency<?>> dependencies) {
        return CollectionConverters.asScala(dependencies).toSeq();
    }

    /** Takes the accumulator updates that have come besides those in results. */
    List<byte[]> takeUpdates() {
        return updates == null ? List.of() : updates.take();
    }

    @Override
    public Partition[] getPartitions() {
        TaskSplit[] made = splits;
        if (made == null) {
            throw new IllegalStateException("only the driver knows the partitions");
        }
        return made;
    }

    @Override
    public boolean isBarrier() {
        return barrier || super.isBarrier();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Iterator<T> compute(Partition partition, TaskContext context) {
        TaskSplit split = (TaskSplit) partition;
        List<TaskInput> inputs = new ArrayList<>();
        for (TaskSplit.Input input : split.inputs) {
            inputs.add(open(input, context));
        }
        LiveTask task = LiveTask.start(id(), terms, split, context, inputs, barrier ? width : 0);
        return (Iterator<T>) (updates == null ? TaskResult.of(task) : new Pieces(task, split.index(), emits, updates));
    }

    private TaskInput open(TaskSplit.Input input, TaskContext context) {
        if (input instanceof TaskSplit.OfFile file) {
            return new ZstdFileInput(file.path());
        }
        TaskSplit.OfRdd read = (TaskSplit.OfRdd) input;
        RDD<?> rdd = dependencies().apply(read.dependency()).rdd();
        return new RddInput<>(rdd.iterator(read.partition(), context), TaskRdd::bytes);
    }

    private static byte[] bytes(Object item) {
        return (byte[]) (item instanceof Tuple2<?, ?> pair ? pair._2() : item);
    }
}
