# SPDX-License-Identifier: Apache-2.0
"""Numbers about numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, TypeVar, cast

from sluice.rdd import histograms
from sluice.rdd.base import RDDBase
from sluice.statcounter import StatCounter

T_co = TypeVar("T_co", covariant=True)


class Statistics(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def stats(self) -> StatCounter:
        """Return count, mean, variance, least and greatest in one go.

        Raises:
            ValueError: there are no partitions.
        """
        counters = self._derive("mapPartitions", _counter).collect()
        if not counters:
            raise ValueError("Can not reduce() empty RDD")
        return cast(StatCounter, reduce(StatCounter.mergeStats, counters))

    def mean(self) -> Any:
        """Return the mean; 0.0 of nothing."""
        return self.stats().mean()

    def variance(self) -> Any:
        """Return the variance."""
        return self.stats().variance()

    def stdev(self) -> Any:
        """Return the standard deviation."""
        return self.stats().stdev()

    def sampleStdev(self) -> Any:
        """Return the standard deviation, divided by one less than the count."""
        return self.stats().sampleStdev()

    def sampleVariance(self) -> Any:
        """Return the variance, divided by one less than the count."""
        return self.stats().sampleVariance()

    def histogram(self, buckets: int | Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
        """Return bounds, and how many items lie between each two of them; the last bound belongs to its bucket.

        Args:
            buckets: how many there shall be, from the least item to the greatest; or all bounds in order.

        Raises:
            ValueError: no bounds can be made of the items, or these bounds are no bounds.
            TypeError: ``buckets`` is neither a number nor bounds.
        """
        return histograms.histogram(self._self, buckets)


def _counter(items: Iterator[Any]) -> list[StatCounter]:
    return [StatCounter(items)]
