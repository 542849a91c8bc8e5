# SPDX-License-Identifier: Apache-2.0
"""Actions that return an estimate: of what is done when their time is up, or of how many items differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from typing import Any, TypeVar

from sluice.boundedfloat import BoundedFloat
from sluice.errors import ArgumentError
from sluice.rdd import estimates, hyperloglog
from sluice.rdd.base import RDDBase
from sluice.shuffle import portable_hash
from sluice.statcounter import StatCounter

T_co = TypeVar("T_co", covariant=True)

#: The finest error whose registers a machine could hold.
_FINEST = 0.000017

Estimator = Callable[[StatCounter, int, int, float], BoundedFloat]


class Approximate(RDDBase[T_co]):
    """Mixed into ``RDD``. A timeout is in milliseconds; when it ends, so does the job."""

    def countApprox(self, timeout: int, confidence: float = 0.95) -> int:
        """Return how many items there are, or an estimate of it."""
        counts = self._derive("mapPartitions", _count)
        return int(counts.sumApprox(timeout, confidence))

    def sumApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Return the sum, or an estimate of it from the partitions that are done."""
        return self._estimate(_sum, estimates.sum_of, timeout, confidence)

    def meanApprox(self, timeout: int, confidence: float = 0.95) -> BoundedFloat:
        """Return the mean, or an estimate of it from the partitions that are done."""
        return self._estimate(_statistics, estimates.mean_of, timeout, confidence)

    def _estimate(
        self,
        summarize: Callable[[Iterator[Any]], Iterable[StatCounter]],
        estimator: Estimator,
        timeout: int,
        confidence: float,
    ) -> BoundedFloat:
        if not 0 <= confidence <= 1:
            from sluice.pyspark import present

            raise present(ArgumentError("confidence must be from 0 to 1", confidence=confidence))
        job = self._derive("mapPartitions", summarize)
        seen, partitions = StatCounter(), 0
        for (part,) in self.ctx._collect_partitions(job, seconds=max(timeout, 0) / 1000):
            seen.mergeStats(part)
            partitions += 1
        return estimator(seen, partitions, self.getNumPartitions(), confidence)

    def countApproxDistinct(self, relativeSD: float = 0.05) -> int:
        """Return about how many different items there are.

        Args:
            relativeSD: the standard error that is aimed at, as a share of the count; it needs about 1 / relativeSD^2
                registers.

        Raises:
            ValueError: ``relativeSD`` is below 0.000017.
        """
        if relativeSD < _FINEST:
            raise ValueError(f"relativeSD should be greater than 0.000017: relativeSD={relativeSD}")
        bits = hyperloglog.precision(relativeSD)
        parts = self._derive("mapPartitions", partial(_registers, bits)).collect()
        return hyperloglog.estimate(bits, reduce(hyperloglog.merge, parts, {}))


def _count(items: Iterator[Any]) -> list[float]:
    return [float(sum(1 for _ in items))]


def _sum(items: Iterator[Any]) -> list[StatCounter]:
    return [StatCounter([float(sum(items))])]


def _statistics(items: Iterator[Any]) -> list[StatCounter]:
    return [StatCounter(map(float, items))]


def _registers(bits: int, items: Iterator[Any]) -> list[dict[int, int]]:
    return [hyperloglog.registers(bits, (portable_hash(item) & 0xFFFFFFFF for item in items))]
