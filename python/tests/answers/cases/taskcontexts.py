# SPDX-License-Identifier: Apache-2.0
"""TaskContext, local properties, tasks at a barrier."""

from __future__ import annotations

from ..registry import core, wide


@core
def task_context_ids(sc, tmp):
    from pyspark import TaskContext

    def ids(_):
        c = TaskContext.get()
        return (c.partitionId(), c.attemptNumber(), c.stageId() >= 0, c.taskAttemptId() >= 0, c.cpus())

    return sc.parallelize(range(3), 3).map(ids).collect()


@core
def task_context_on_the_driver(sc, tmp):
    from pyspark import TaskContext

    return TaskContext.get()


@core
def task_context_after_union(sc, tmp):
    from pyspark import TaskContext

    two = sc.parallelize([1, 2], 2).map(lambda x: (x, TaskContext.get().partitionId()))
    return two.union(two).collect()


@core
def task_context_of_chosen_partitions(sc, tmp):
    from pyspark import TaskContext

    rdd = sc.parallelize(range(4), 4)
    return sc.runJob(rdd, lambda part: [(x, TaskContext.get().partitionId()) for x in part], [1, 3])


@core
def task_context_stages_of_a_shuffle(sc, tmp):
    from pyspark import TaskContext

    rdd = sc.parallelize([(1, 0)], 1).mapValues(lambda _: TaskContext.get().stageId()).partitionBy(1)
    first, second = rdd.mapValues(lambda s: (s, TaskContext.get().stageId())).values().first()
    return second > first


@core
def task_context_is_one_a_task(sc, tmp):
    from pyspark import TaskContext

    def same(it):
        a = TaskContext.get()
        list(it)
        return [a is TaskContext.get(), a.partitionId() == TaskContext.get().partitionId()]

    return sc.parallelize([1, 2], 2).mapPartitions(same).collect()


@core
def task_context_attempt_ids_differ(sc, tmp):
    from pyspark import TaskContext

    return len(set(sc.parallelize(range(6), 6).map(lambda _: TaskContext.get().taskAttemptId()).collect()))


@core
def local_properties(sc, tmp):
    from pyspark import TaskContext

    sc.setLocalProperty("own.key", "value")
    seen = sc.parallelize([1], 1).map(lambda _: TaskContext.get().getLocalProperty("own.key")).first()
    here = sc.getLocalProperty("own.key")
    sc.setLocalProperty("own.key", None)
    unset = sc.parallelize([1], 1).map(lambda _: TaskContext.get().getLocalProperty("own.key")).first()
    return [seen, here, sc.getLocalProperty("own.key"), unset, sc.getLocalProperty("never.set")]


@wide
def barrier_tasks(sc, tmp):
    from pyspark import BarrierTaskContext

    def talk(it):
        c = BarrierTaskContext.get()
        c.barrier()
        return [(c.partitionId(), c.allGather(f"m{c.partitionId()}"), len(c.getTaskInfos()), list(it))]

    rdd = sc.parallelize(range(4), 2)
    return [
        rdd.barrier().mapPartitions(talk).collect(),
        rdd.barrier().mapPartitionsWithIndex(lambda i, it: [(i, sum(it))]).collect(),
    ]
