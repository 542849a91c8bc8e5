# SPDX-License-Identifier: Apache-2.0
"""Barrier stages, and what tasks can ask about themselves."""

from __future__ import annotations

from ..registry import parts, raised, wide


@wide
def calls_in_turn(sc, tmp):
    from pyspark import BarrierTaskContext

    def talk(it):
        context = BarrierTaskContext.get()
        items = list(it)
        sums = [int(text) for text in context.allGather(str(sum(items)))]
        context.barrier()
        return [(context.partitionId(), sums, context.allGather("é" * 3), context.allGather())]

    return sc.parallelize(range(6), 2).barrier().mapPartitions(talk).collect()


@wide
def contexts_by_stage(sc, tmp):
    from pyspark import BarrierTaskContext, TaskContext

    def look(it):
        found = TaskContext.get()
        try:
            barrier = BarrierTaskContext.get().partitionId()
        except Exception as error:
            barrier = type(error).__name__
        return [(type(found).__name__, found.partitionId(), barrier, TaskContext().partitionId())]

    rdd = sc.parallelize(range(4), 2)
    return [
        rdd.mapPartitions(look).collect(),
        rdd.barrier().mapPartitions(look).collect(),
        rdd.barrier().mapPartitions(lambda it: it).mapPartitions(look).collect(),
        rdd.barrier().mapPartitions(lambda it: it).repartition(2).mapPartitions(look).collect(),
        rdd.mapPartitions(look).collect(),
    ]


@wide
def what_a_task_knows(sc, tmp):
    from pyspark import BarrierTaskContext

    def look(it):
        context = BarrierTaskContext.get()
        infos = context.getTaskInfos()
        return [
            (
                [len(info.address.split(":")) for info in infos],
                [type(info).__name__ for info in infos],
                context.getLocalProperty("addresses") == ",".join(info.address for info in infos),
                context.attemptNumber(),
                context.cpus(),
                str(context.cpuAmount()),
                context.resources(),
            )
        ]

    return sc.parallelize(range(4), 2).barrier().mapPartitions(look).collect()


@wide
def which_are_barriers(sc, tmp):
    rdd = sc.parallelize(range(4), 2)
    together = rdd.barrier().mapPartitions(lambda it: it)
    return [
        rdd._is_barrier(),
        together._is_barrier(),
        together.map(str)._is_barrier(),
        together.union(rdd)._is_barrier(),
        together.repartition(2)._is_barrier(),
        together.cache()._is_barrier(),
        type(rdd.barrier()).__name__,
        type(together).__name__,
    ]


@wide
def keyed_and_shuffled(sc, tmp):
    from pyspark import BarrierTaskContext

    def meet(it):
        BarrierTaskContext.get().barrier()
        return ((x % 3, x) for x in it)

    rdd = sc.parallelize(range(10), 2).barrier().mapPartitions(meet)
    return [
        sorted(rdd.reduceByKey(lambda a, b: a + b).collect()),
        parts(rdd.map(lambda kv: kv[1])),
        sorted(rdd.partitionBy(2).barrier().mapPartitions(meet_keyed).collect()),
    ]


def meet_keyed(it):
    from pyspark import BarrierTaskContext

    items = sorted(it)
    return [(len(BarrierTaskContext.get().allGather("x")), items)]


@wide
def partitioning_that_is_kept(sc, tmp):
    pairs = sc.parallelize([(i, i) for i in range(6)], 2).partitionBy(2)
    return [
        pairs.barrier().mapPartitions(lambda it: it, True).partitioner == pairs.partitioner,
        pairs.barrier().mapPartitions(lambda it: it).partitioner,
        pairs.barrier().mapPartitionsWithIndex(lambda i, it: [i], preservesPartitioning=True).collect(),
    ]


@wide
def forms_that_are_refused(sc, tmp):
    rdd = sc.parallelize(range(4), 2)
    together = rdd.barrier().mapPartitions(lambda it: it)
    phrase = "does not allow the following pattern of RDD chain"
    return [
        raised(lambda: together.take(1), phrase),
        raised(lambda: together.first(), phrase),
        raised(lambda: together.coalesce(1).collect(), phrase),
        raised(lambda: together.zip(rdd.barrier().mapPartitions(lambda it: it)).collect(), phrase),
        raised(lambda: sc.runJob(together, lambda it: it, [0]), phrase),
    ]


@wide(alone=True)
def more_tasks_than_slots(sc, tmp):
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().set("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "1")
    conf.set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
    with SparkContext("local[2]", "few slots", conf=conf) as sc:
        rdd = sc.parallelize(range(9), 3).barrier().mapPartitions(lambda it: it)
        return [
            raised(rdd.collect, "requires more slots than the total number of slots"),
            sc.range(3).count(),
        ]


@wide
def outside_of_a_barrier(sc, tmp):
    from pyspark import BarrierTaskContext

    rdd = sc.parallelize([1], 1)
    return [
        raised(BarrierTaskContext.get, "It is not in a barrier stage"),
        raised(lambda: rdd.map(lambda x: BarrierTaskContext.get()).collect(), "It is not in a barrier stage"),
    ]


@wide
def user_error_at_a_barrier(sc, tmp):
    from pyspark import BarrierTaskContext

    attempts = sc.accumulator(0)

    def step(it):
        context = BarrierTaskContext.get()
        context.barrier()
        if context.partitionId() == 0:
            raise ValueError("by the user")
        return it

    rdd = sc.parallelize(range(4), 2).barrier().mapPartitions(step)
    return [raised(rdd.collect, "by the user"), attempts.value, sc.range(5).count()]


@wide
def map_stage_that_is_tried_again(sc, tmp):
    from pyspark import BarrierTaskContext

    marks = str(tmp)

    def step(it):
        import os

        context = BarrierTaskContext.get()
        first = not os.path.exists(f"{marks}/failed")
        context.barrier()
        if context.partitionId() == 0 and first:
            open(f"{marks}/failed", "w").close()
            raise ValueError("once")
        return ((x % 2, x) for x in it)

    rdd = sc.parallelize(range(8), 2).barrier().mapPartitions(step)
    return sorted(rdd.groupByKey().mapValues(sorted).collect())
