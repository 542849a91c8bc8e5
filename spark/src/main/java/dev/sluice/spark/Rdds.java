// SPDX-License-Identifier: Apache-2.0
package dev.sluice.spark;

import dev.sluice.engine.Dataset;
import dev.sluice.engine.Datasets;
import dev.sluice.engine.Job;
import dev.sluice.engine.Keep;
import dev.sluice.engine.StageTrees;
import dev.sluice.engine.TaskTree;
import dev.sluice.engine.ZstdFileInput;
import dev.sluice.worker.BroadcastFile;
import dev.sluice.worker.Command;
import dev.sluice.worker.TaskInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.Dependency;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Product2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The RDDs of a program's plan. A shuffle and a cached node have one each as long as the program has the node, so that
 * Spark finds what it has written and kept; what a job wants is made anew. Thread-safe.
 */
final class Rdds {
    private static final ClassTag<PieceKey> KEYS = ClassTag$.MODULE$.apply(PieceKey.class);
    private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);
    private static final ClassTag<Product2<PieceKey, byte[]>> PAIRS = ClassTag$.MODULE$.apply(Product2.class);
    static final ClassTag<TaskResult> RESULTS = ClassTag$.MODULE$.apply(TaskResult.class);

    private final SparkContext context;
    private final Terms terms;
    private final Map<Long, ShuffledRDD<PieceKey, byte[], byte[]>> shuffles = new HashMap<>();
    private final Map<Long, TaskRdd<byte[]>> kept = new HashMap<>();
    private final TreeMap<Long, Broadcast<FileContent>> broadcasts = new TreeMap<>();
    private final NearBroadcasts near;
    private long newest = -1;

    Rdds(SparkContext context, Terms terms, NearBroadcasts near) {
        this.context = context;
        this.terms = terms;
        this.near = near;
    }

    /** Returns the RDD of what a job wants: one item a partition. */
    synchronized TaskRdd<TaskResult> result(Job job) {
        return tasks(job.target(), TaskRdd.RESULT, job, RESULTS);
    }

    /** Returns the shuffles that tasks over a node read and that no job has written. */
    synchronized Set<Dataset.Shuffle> missing(Dataset dataset) {
        Set<Dataset.Shuffle> missing = new LinkedHashSet<>();
        collect(dataset, missing);
        return missing;
    }

    private void collect(Dataset dataset, Set<Dataset.Shuffle> missing) {
        if (dataset instanceof Dataset.Shuffle shuffle) {
            if (!shuffles.containsKey(shuffle.id())) {
                missing.add(shuffle);
            }
        } else {
            Datasets.narrowInputs(dataset).forEach(input -> collect(input, missing));
        }
    }

    /** Takes the accumulator updates of all that Spark ran for a job besides its results. */
    static List<byte[]> updates(RDD<?> rdd) {
        Map<Integer, TaskRdd<?>> found = new LinkedHashMap<>();
        reach(rdd, found);
        List<byte[]> taken = new ArrayList<>();
        found.values().forEach(tasks -> taken.addAll(tasks.takeUpdates()));
        return taken;
    }

    private static void reach(RDD<?> rdd, Map<Integer, TaskRdd<?>> found) {
        if (rdd instanceof TaskRdd<?> tasks && found.put(rdd.id(), tasks) != null) {
            return;
        }
        CollectionConverters.asJava(rdd.dependencies()).forEach(dependency -> reach(dependency.rdd(), found));
    }

    private RDD<?> stream(Dataset dataset, Job job) {
        if (dataset instanceof Dataset.Shuffle shuffle) {
            return shuffle(shuffle, job);
        }
        return kept((Dataset.Cached) dataset, job);
    }

    private RDD<?> shuffle(Dataset.Shuffle shuffle, Job job) {
        ShuffledRDD<PieceKey, byte[], byte[]> rdd = shuffles.get(shuffle.id());
        if (rdd == null) {
            TaskRdd<Product2<PieceKey, byte[]>> written = tasks(shuffle.input(), shuffle.partitions(), job, PAIRS);
            rdd = new ShuffledRDD<PieceKey, byte[], byte[]>(
                            written, new PiecePartitioner(shuffle.partitions()), KEYS, BYTES, BYTES)
                    .setSerializer(new PieceSerializer())
                    .setKeyOrdering(new PieceOrdering());
            shuffles.put(shuffle.id(), rdd);
        }
        return rdd;
    }

    private RDD<?> kept(Dataset.Cached cached, Job job) {
        TaskRdd<byte[]> rdd = kept.get(cached.id());
        if (rdd == null) {
            rdd = tasks(cached.input(), TaskRdd.KEEP, job, BYTES);
            rdd.persist(level(cached.keep()));
            kept.put(cached.id(), rdd);
        }
        return rdd;
    }

    private static StorageLevel level(Keep keep) {
        return switch (keep) {
            case MEMORY -> StorageLevel.MEMORY_ONLY();
            case MEMORY_AND_DISK -> StorageLevel.MEMORY_AND_DISK();
            case DISK -> StorageLevel.DISK_ONLY();
        };
    }

    private <T> TaskRdd<T> tasks(Dataset dataset, int emits, Job job, ClassTag<T> type) {
        StageTrees trees = new StageTrees(dataset);
        List<RDD<?>> parents = new ArrayList<>();
        List<List<List<Integer>>> read = new ArrayList<>();
        TaskSplit[] splits = new TaskSplit[dataset.partitions()];
        for (int i = 0; i < splits.length; i++) {
            TaskTree tree = trees.tree(i);
            TaskSplit.Input[] inputs = new TaskSplit.Input[tree.inputs().size()];
            for (int j = 0; j < inputs.length; j++) {
                inputs[j] = input(tree.inputs().get(j), i, splits.length, parents, read, job);
            }
            splits[i] = new TaskSplit(i, tree.bytes(), new ArrayList<>(tree.holes()), inputs);
        }
        List<Dependency<?>> dependencies = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            dependencies.add(new TaskDependency<>(parents.get(i), read.get(i)));
        }
        Updates updates = null;
        if (emits != TaskRdd.RESULT) {
            updates = new Updates();
            context.register(updates);
        }
        TaskRdd<T> made =
                new TaskRdd<>(context, dependencies, splits, terms(trees, job), emits, updates, trees.barrier(), type);
        made.setName(name(dataset));
        return made;
    }

    private TaskSplit.Input input(
            TaskInput input,
            int partition,
            int partitions,
            List<RDD<?>> parents,
            List<List<List<Integer>>> read,
            Job job) {
        if (input instanceof ZstdFileInput file) {
            return new TaskSplit.OfFile(file.file());
        }
        StageTrees.Read stream = (StageTrees.Read) input;
        RDD<?> rdd = stream(stream.dataset(), job);
        int index = parents.indexOf(rdd);
        if (index < 0) {
            index = parents.size();
            parents.add(rdd);
            List<List<Integer>> all = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                all.add(new ArrayList<>(1));
            }
            read.add(all);
        }
        List<Integer> mine = read.get(index).get(partition);
        if (!mine.contains(stream.partition())) {
            mine.add(stream.partition());
        }
        return new TaskSplit.OfRdd(index, rdd.partitions()[stream.partition()]);
    }

    private StageTerms terms(StageTrees trees, Job job) {
        ArrayList<Shipped> shipped = new ArrayList<>();
        for (BroadcastFile file : trees.broadcasts()) {
            Broadcast<FileContent> content = broadcasts.computeIfAbsent(file.id(), id -> {
                near.offer(file);
                return context.broadcast(
                        new FileContent(Path.of(file.path()), file.length()),
                        ClassTag$.MODULE$.apply(FileContent.class));
            });
            newest = Math.max(newest, file.id());
            shipped.add(new Shipped(file.id(), file.length(), file.shared(), content));
        }
        ArrayList<String> digests = new ArrayList<>();
        ArrayList<byte[]> functions = new ArrayList<>();
        for (Command command : trees.commands()) {
            digests.add(command.digest());
            functions.add(command.bytes());
        }
        return new StageTerms(
                terms,
                digests,
                functions,
                shipped,
                new ArrayList<>(broadcasts.keySet()),
                newest,
                new ArrayList<>(job.path()),
                new HashMap<>(job.properties()));
    }

    private static String name(Dataset dataset) {
        return "sluice " + Datasets.kind(dataset) + " " + dataset.id();
    }

    /** Lets go of what tasks of barrier stages have kept: they keep all or nothing, since they compute together. */
    static void startAgain(RDD<?> rdd) {
        Map<Integer, TaskRdd<?>> found = new LinkedHashMap<>();
        reach(rdd, found);
        for (TaskRdd<?> tasks : found.values()) {
            StorageLevel level = tasks.getStorageLevel();
            if (tasks.isBarrier() && level.isValid()) {
                tasks.unpersist(true);
                tasks.persist(level);
            }
            tasks.takeUpdates();
        }
    }

    /** Lets go of what Spark keeps of a node. */
    void forget(long dataset) {
        ShuffledRDD<PieceKey, byte[], byte[]> shuffle;
        TaskRdd<byte[]> cached;
        synchronized (this) {
            shuffle = shuffles.remove(dataset);
            cached = kept.remove(dataset);
        }
        if (cached != null) {
            cached.unpersist(false);
        }
        if (shuffle != null && context.cleaner().isDefined()) {
            ShuffleDependency<?, ?, ?> written =
                    (ShuffleDependency<?, ?, ?>) shuffle.dependencies().head();
            context.cleaner().get().doCleanupShuffle(written.shuffleId(), false);
        }
    }

    /** Lets go of a broadcast; executors hear of it with their next stage. */
    void dropBroadcast(long id) {
        Broadcast<FileContent> content;
        synchronized (this) {
            content = broadcasts.remove(id);
        }
        near.drop(id);
        if (content != null) {
            content.destroy();
        }
    }
}
