# SPDX-License-Identifier: Apache-2.0
"""`pyspark.join`: the joins as functions; they are the RDD's own methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluice.rdd.joins import cogroup_all

if TYPE_CHECKING:
    from sluice.rdd import RDD


def python_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Do what `rdd.join` does."""
    return rdd.join(other, numPartitions)


def python_left_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Do what `rdd.leftOuterJoin` does."""
    return rdd.leftOuterJoin(other, numPartitions)


def python_right_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Do what `rdd.rightOuterJoin` does."""
    return rdd.rightOuterJoin(other, numPartitions)


def python_full_outer_join(rdd: RDD[Any], other: RDD[Any], numPartitions: int | None) -> RDD[Any]:
    """Do what `rdd.fullOuterJoin` does."""
    return rdd.fullOuterJoin(other, numPartitions)


def python_cogroup(rdds: Sequence[RDD[Any]], numPartitions: int | None) -> RDD[Any]:
    """Do what `rdds[0].groupWith(*rdds[1:])` does, into a number of partitions."""
    return cogroup_all(rdds, numPartitions)
