# SPDX-License-Identifier: Apache-2.0
"""What toDebugString shows."""

from __future__ import annotations

import re

from sluice import Context


def _shape(text: bytes) -> list[str]:
    return [re.sub(r"\[\d+\]", "[]", line, count=1) for line in text.decode().split("\n")]


def test_shuffles_are_indented_below_each_other(sc: Context) -> None:
    pairs = sc.parallelize(range(4), 12).map(lambda x: (x, x)).setName("pairs")
    assert _shape(pairs.toDebugString()) == ["(12) pairs PythonRDD[] []", " |   ParallelCollectionRDD[] []"]
    twice = pairs.reduceByKey(max, 3).map(str).map(lambda x: (x, 1)).groupByKey(2)
    assert _shape(twice.toDebugString()) == [
        "(2) PythonRDD[] []",
        " |  ShuffledRDD[] []",
        " +-(3) PairwiseRDD[] []",
        "    |  ShuffledRDD[] []",
        "    +-(12) PairwiseRDD[] []",
        "       |   ParallelCollectionRDD[] []",
    ]


def test_all_inputs_are_shown_and_what_is_kept(sc: Context) -> None:
    left = sc.parallelize([1, 2], 2).map(str).persist()
    both = left.union(sc.parallelize([3], 1)).zip(sc.parallelize([1, 2, 3], 3))
    assert _shape(both.toDebugString()) == [
        "(3) PythonRDD[] []",
        " |  ZippedPartitionsRDD[] []",
        " |  UnionRDD[] []",
        " |  PythonRDD[] [kept]",
        " |  ParallelCollectionRDD[] [kept]",
        " |  ParallelCollectionRDD[] []",
        " |  ParallelCollectionRDD[] []",
    ]
    assert _shape(left.toDebugString())[0] == f"(2) PythonRDD[] [{left.getStorageLevel()}]"
    assert left.toDebugString().startswith(f"(2) PythonRDD[{left.id()}] ".encode())
