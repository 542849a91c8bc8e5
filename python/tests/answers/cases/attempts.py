# SPDX-License-Identifier: Apache-2.0
"""Tasks that are tried again."""

from __future__ import annotations

from ..registry import wide


@wide(alone=True)
def attempts_of_a_task(sc, tmp):
    from pyspark import SparkContext, TaskContext

    def step(it):
        context = TaskContext.get()
        if context.attemptNumber() < 2 and context.partitionId() == 1:
            raise ValueError("not yet")
        return [(context.partitionId(), context.attemptNumber())]

    with SparkContext("local[2,3]", "attempts") as sc:
        return sc.parallelize(range(3), 3).mapPartitions(step).collect()


@wide(alone=True)
def contexts_travel(sc, tmp):
    from pyspark import SparkContext, TaskContext

    with SparkContext("local[2]", "contexts") as sc:
        sc.setLocalProperty("own.key", "value")
        found = sc.parallelize([1], 1).map(lambda _: TaskContext.get()).collect()
        return [
            (
                type(c).__name__,
                c.partitionId(),
                c.attemptNumber(),
                c.getLocalProperty("own.key"),
                c.resources(),
            )
            for c in found
        ]
