# SPDX-License-Identifier: Apache-2.0
"""What is not public and suites use all the same: serializers, ids, Java's side of an RDD, batches."""

from __future__ import annotations

from operator import add

from ..registry import parts, raised, wide


@wide
def ids_are_given_when_asked_for(sc, tmp):
    rdd = sc.parallelize(range(10))
    first = rdd.id()
    second = rdd.map(str).filter(bool).map(len).id()
    return [second - first, rdd.id() - first, sc.parallelize([1]).id() - second]


@wide
def serializers_of_an_rdd(sc, tmp):
    from pyspark.serializers import (
        AutoBatchedSerializer,
        BatchedSerializer,
        CPickleSerializer,
        MarshalSerializer,
    )

    rdd = sc.parallelize([1, 2, 3], 2)
    marshalled = rdd._reserialize(MarshalSerializer())
    return [
        rdd.map(str)._jrdd_deserializer == sc.serializer,
        sc.serializer == AutoBatchedSerializer(CPickleSerializer()),
        len({rdd.map(str)._reserialize().count(), rdd._pickled().count()}),
        marshalled._jrdd_deserializer == MarshalSerializer(),
        parts(marshalled),
        parts(marshalled._pickled()),
        marshalled.zip(rdd._reserialize(BatchedSerializer(CPickleSerializer(), 1))).collect(),
        type(rdd.map(str)._jrdd_deserializer).__name__,
    ]


@wide
def an_rdd_of_java(sc, tmp):
    rdd = sc.parallelize([1, 2, 3], 2).setName("numbers")
    java = rdd._jrdd
    return [
        java.id() == rdd.id(),
        java.name(),
        java.getNumPartitions(),
        java.partitions().size(),
        java.rdd().id() == rdd.id(),
        java.isEmpty(),
    ]


@wide
def names_of_the_context_and_of_rdds(sc, tmp):
    rdd = sc.parallelize([1])
    return [
        rdd.ctx is sc,
        rdd.context is sc,
        repr(sc).startswith("<SparkContext "),
        rdd.is_cached,
        rdd.is_checkpointed,
        type(rdd.map(str)).__name__,
        rdd.map(str).is_cached,
        rdd.map(str).ctx is sc,
        rdd.partitioner is None,
    ]


@wide(alone=True)
def batches_of_each_size(sc, tmp):
    from pyspark import SparkContext

    answers = []
    for size in (1, 3, 0, -1):
        context = SparkContext("local[2]", "batches", batchSize=size)
        try:
            answers.append(
                [parts(context.parallelize(list(range(10)), 3)), type(context.serializer).__name__]
                + [parts(context.parallelize([(i % 3, i) for i in range(9)], 2).reduceByKey(add, 2))]
            )
        finally:
            context.stop()
    return answers


@wide(alone=True)
def a_context_with_another_serializer(sc, tmp):
    from pyspark import MarshalSerializer, SparkContext

    with SparkContext("local[2]", "marshal", serializer=MarshalSerializer()) as context:
        data = context.parallelize(list(range(10)), 3)
        pairs = data.map(lambda x: (x % 2, [x, str(x)]))
        return [
            data.map(lambda x: x * 2).collect(),
            sorted(pairs.groupByKey().mapValues(list).collect()),
            data.sortBy(lambda x: -x).take(3),
            context.textFile(__file__).count() > 10,
            data.zip(data.map(str)).collect(),
        ]


@wide(alone=True)
def the_default_number_of_partitions(sc, tmp):
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster("local[2]").setAppName("default").set("spark.default.parallelism", "5")
    with SparkContext(conf=conf) as context:
        pairs = context.parallelize([(i, i) for i in range(20)])
        few = context.parallelize([(1, 1)], 2)
        return [
            context.defaultParallelism,
            context.defaultMinPartitions,
            [
                rdd.getNumPartitions()
                for rdd in (
                    pairs,
                    few.reduceByKey(add),
                    few.groupByKey(),
                    few.join(pairs),
                    few.distinct(),
                    few.sortByKey(),
                    few.union(pairs),
                    few.subtractByKey(pairs),
                    few.cogroup(few),
                    few.partitionBy(None),
                    few.repartition(3).reduceByKey(add),
                    context.range(10),
                    context.emptyRDD().union(few),
                )
            ],
        ]


@wide(alone=True)
def contexts_one_after_another(sc, tmp):
    from pyspark import SparkConf, SparkContext

    seen = []
    for round_ in range(3):
        context = SparkContext("local[2]", f"round {round_}")
        seen.append([context.appName, context.parallelize(range(round_ + 1)).sum(), context._jsc is None])
        context.stop()
        context.stop()
        seen.append([SparkContext._active_spark_context is None, context._jsc is None])
    first = SparkContext.getOrCreate(SparkConf().setMaster("local[1]").setAppName("again"))
    try:
        seen.append([SparkContext.getOrCreate() is first, first.master, first.appName])
        seen.append(
            raised(lambda: SparkContext("local", "other"), "Cannot run multiple SparkContexts at once")
        )
        seen.append(first.getConf().get("spark.app.name"))
    finally:
        first.stop()
    return seen


@wide(alone=True)
def a_local_cluster(sc, tmp):
    from pyspark import SparkContext

    with SparkContext("local-cluster[2,1,1024]", "cluster") as context:
        value = context.broadcast([5, 6])
        counted = context.accumulator(0)

        def use(x):
            counted.add(1)
            return x + value.value[0]

        return [context.parallelize(range(4)).map(use).collect(), counted.value, context.defaultParallelism]


@wide
def jobs_that_lazy_operations_run(sc, tmp):
    """Counts evaluations at the call, before any action."""
    seen = sc.accumulator(0)

    def note(x):
        seen.add(1)
        return x

    def ran(make):
        before = seen.value
        make(sc.parallelize([4, 2, 3, 1], 2).map(note))
        return seen.value - before

    return [
        ran(make)
        for make in (
            lambda rdd: rdd.map(str),
            lambda rdd: rdd.zipWithIndex(),
            lambda rdd: rdd.zipWithUniqueId(),
            lambda rdd: rdd.sortBy(lambda x: x),
            lambda rdd: rdd.sortBy(lambda x: x, numPartitions=1),
            lambda rdd: rdd.map(lambda x: (x, x)).reduceByKey(add),
            lambda rdd: rdd.distinct(),
            lambda rdd: rdd.randomSplit([1, 1]),
            lambda rdd: rdd.cache(),
            lambda rdd: rdd.toLocalIterator(),
            lambda rdd: rdd.repartition(3),
            lambda rdd: rdd.union(rdd),
            lambda rdd: rdd.isEmpty(),
            lambda rdd: rdd.first(),
            lambda rdd: rdd.take(3),
            lambda rdd: rdd.max(),
            lambda rdd: rdd.histogram(2),
            lambda rdd: rdd.takeSample(False, 2),
        )
    ]


@wide
def accumulators_by_hand(sc, tmp):
    from pyspark.accumulators import Accumulator, AccumulatorParam

    class Merge(AccumulatorParam):
        def zero(self, value):
            return set()

        def addInPlace(self, left, right):
            left |= right
            return left

    seen = sc.accumulator(set(), Merge())
    total = sc.accumulator(1.5)
    sc.parallelize([1, 2, 2, 3], 2).foreach(lambda x: seen.add({x}))
    sc.parallelize([1, 2], 2).foreach(lambda x: total.add(x))
    total += 10
    return [
        seen.value,
        total.value,
        isinstance(total, Accumulator),
        str(total),
        raised(lambda: sc.accumulator("text")),
        raised(lambda: sc.accumulator([1])),
        raised(lambda: sc.parallelize([1]).map(lambda _: total.value).collect()),
    ]


@wide
def results_of_grouping_are_iterable_twice(sc, tmp):
    from pyspark.resultiterable import ResultIterable

    [(key, values)] = sc.parallelize([("a", 1), ("a", 2)], 2).groupByKey().collect()
    return [
        key,
        len(values),
        list(values),
        list(values),
        isinstance(values, ResultIterable),
        list(values.data),
    ]
