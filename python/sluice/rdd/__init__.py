# SPDX-License-Identifier: Apache-2.0
"""The RDD: operations by kind, one class assembled from them."""

from __future__ import annotations

from typing import TypeVar

from sluice.rdd.actions import Actions
from sluice.rdd.approximate import Approximate
from sluice.rdd.base import RDDBase
from sluice.rdd.checkpointing import Checkpointed
from sluice.rdd.frames import Framed
from sluice.rdd.java import Java
from sluice.rdd.joins import Joins
from sluice.rdd.keyed import Keyed
from sluice.rdd.narrow import Narrow
from sluice.rdd.output import Output
from sluice.rdd.partitioner import Partitioner
from sluice.rdd.partitions import Repartitioned
from sluice.rdd.pipe import Piped
from sluice.rdd.sampling import Sampling
from sluice.rdd.side import SideBySide
from sluice.rdd.sorted import Sorted
from sluice.rdd.statistics import Statistics
from sluice.rdd.trees import Trees

T_co = TypeVar("T_co", covariant=True)

__all__ = ["RDD", "Partitioner", "PipelinedRDD"]


class RDD(
    Narrow[T_co],
    Keyed[T_co],
    Joins[T_co],
    Sorted[T_co],
    SideBySide[T_co],
    Repartitioned[T_co],
    Sampling[T_co],
    Actions[T_co],
    Trees[T_co],
    Approximate[T_co],
    Statistics[T_co],
    Output[T_co],
    Piped[T_co],
    Checkpointed[T_co],
    Java[T_co],
    Framed[T_co],
    RDDBase[T_co],
):
    """A lazy, partitioned collection; made by a ``Context`` or by an operation on another RDD."""


class PipelinedRDD(RDD[T_co]):
    """An RDD with steps of its own, under PySpark's name for it."""

    @property
    def is_barrier(self) -> bool:
        """Whether its tasks run all at once."""
        return self._is_barrier()
