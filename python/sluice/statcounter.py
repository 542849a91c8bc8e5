# SPDX-License-Identifier: Apache-2.0
"""Count, mean, variance, least and greatest of numbers, in one pass and mergeable."""

from __future__ import annotations

import copy
import importlib.util
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

__all__ = ["StatCounter"]


class StatCounter:
    """Running statistics by Welford's method, of numbers or of arrays. NaN makes least and greatest NaN."""

    def __init__(self, values: Iterable[float] | None = None) -> None:
        self.n = 0
        self.mu: Any = 0.0
        self.m2: Any = 0.0
        self.maxValue: Any = float("-inf")
        self.minValue: Any = float("inf")
        for value in values or ():
            self.merge(value)

    @staticmethod
    def maximum(a: Any, b: Any) -> Any:
        """The greater of two; NaN, which differs from itself, wins on either side."""
        try:
            return a if a != a or (not b > a and b == b) else b
        except ValueError:
            return _by_element("maximum", a, b)

    @staticmethod
    def minimum(a: Any, b: Any) -> Any:
        """The smaller of two, or NaN."""
        try:
            return a if a != a or (not b < a and b == b) else b
        except ValueError:
            return _by_element("minimum", a, b)

    @staticmethod
    def sqrt(value: Any) -> Any:
        """The square root, of an array for each element."""
        return _by_element("sqrt", value) if getattr(value, "shape", ()) else math.sqrt(value)

    def merge(self, value: float) -> StatCounter:
        """Adds one number."""
        delta = value - self.mu
        self.n += 1
        self.mu = self.mu + delta / self.n
        self.m2 = self.m2 + delta * (value - self.mu)
        self.maxValue = self.maximum(self.maxValue, value)
        self.minValue = self.minimum(self.minValue, value)
        return self

    def mergeStats(self, other: StatCounter) -> StatCounter:
        """Adds what another counter saw."""
        if not isinstance(other, StatCounter):
            raise TypeError(f"can only merge a StatCounter (got={type(other).__name__})")
        if other is self:
            return self.mergeStats(other.copy())
        if other.n == 0:
            return self
        if self.n == 0:
            self.n, self.mu, self.m2 = other.n, other.mu, other.m2
            self.maxValue, self.minValue = other.maxValue, other.minValue
            return self
        total = self.n + other.n
        delta = other.mu - self.mu
        # Where one side is much the larger, correcting its mean loses less than weighing both.
        if other.n * 10 < self.n:
            self.mu = self.mu + (delta * other.n) / total
        elif self.n * 10 < other.n:
            self.mu = other.mu - (delta * self.n) / total
        else:
            self.mu = (self.mu * self.n + other.mu * other.n) / total
        self.maxValue = self.maximum(self.maxValue, other.maxValue)
        self.minValue = self.minimum(self.minValue, other.minValue)
        self.m2 = self.m2 + (other.m2 + (delta * delta * self.n * other.n) / total)
        self.n = total
        return self

    def copy(self) -> StatCounter:
        """An independent counter with the same numbers."""
        return copy.deepcopy(self)

    def count(self) -> int:
        return int(self.n)

    def mean(self) -> Any:
        return self.mu

    def sum(self) -> Any:
        return self.n * self.mu

    def min(self) -> Any:
        return _shown(self.minValue)

    def max(self) -> Any:
        return _shown(self.maxValue)

    def variance(self) -> Any:
        """Of the values as the whole population; NaN where there are none."""
        return self.m2 / self.n if self.n else float("nan")

    def sampleVariance(self) -> Any:
        """Of the values as a sample (divided by n - 1); NaN for fewer than two."""
        return self.m2 / (self.n - 1) if self.n > 1 else float("nan")

    def stdev(self) -> Any:
        return self.sqrt(self.variance())

    def sampleStdev(self) -> Any:
        return self.sqrt(self.sampleVariance())

    def asDict(self, sample: bool = False) -> dict[str, Any]:
        """All of them by name. As in PySpark, those of a sample are given where `sample` is false."""
        return {
            "count": self.count(),
            "mean": self.mean(),
            "sum": self.sum(),
            "min": self.min(),
            "max": self.max(),
            "stdev": self.stdev() if sample else self.sampleStdev(),
            "variance": self.variance() if sample else self.sampleVariance(),
        }

    def __repr__(self) -> str:
        return (
            f"(count: {self.count()}, mean: {self.mean()}, stdev: {self.stdev()}, "
            f"max: {self.max()}, min: {self.min()})"
        )


def _shown(value: Any) -> Any:
    """A float where NumPy is installed, since PySpark compares by it then: programs print 2.0 and not 2."""
    return float(value) if type(value) in (int, bool) and _numpy() else value


@cache
def _numpy() -> bool:
    return importlib.util.find_spec("numpy") is not None


def _by_element(name: str, *arrays: Any) -> Any:
    """Values may be arrays of NumPy, which has no single truth for a comparison of them."""
    import numpy

    return getattr(numpy, name)(*arrays)
