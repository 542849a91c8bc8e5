# SPDX-License-Identifier: Apache-2.0
"""The draws behind samples: for a seed and a partition the same items as PySpark's.

The functions are what the RDD's operations use. The classes are PySpark's names for the same: `func` of one is what
`mapPartitionsWithIndex` takes.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = [
    "RDDRangeSampler",
    "RDDSampler",
    "RDDSamplerBase",
    "RDDStratifiedSampler",
    "between",
    "sampled",
    "stratified",
]


class RDDSamplerBase:
    """A seed, and numbers drawn from it for one partition after `initRandomGenerator`."""

    def __init__(self, withReplacement: bool, seed: int | None = None) -> None:
        self._withReplacement = withReplacement
        self._seed = random.randint(0, sys.maxsize) if seed is None else seed
        self._random: random.Random | None = None

    def initRandomGenerator(self, split: int) -> None:
        """Begin with the numbers of a partition."""
        self._random = _generator(self._seed, split)

    def getUniformSample(self) -> float:
        """Draw a number from 0 up to 1."""
        return self._started().random()

    def getPoissonSample(self, mean: float) -> int:
        """Draw a number of events."""
        return _poisson(self._started(), mean)

    def _started(self) -> random.Random:
        assert self._random is not None, "call initRandomGenerator first"
        return self._random

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the chosen items of a partition."""
        raise NotImplementedError


class RDDSampler(RDDSamplerBase):
    """Chooses each item with the same probability, or draws it as often on average."""

    def __init__(self, withReplacement: bool, fraction: float, seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fraction = fraction

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the chosen items of a partition."""
        return sampled(self._withReplacement, self._fraction, self._seed, split, iterator)


class RDDRangeSampler(RDDSamplerBase):
    """Chooses items whose number lies between two bounds: ranges beside each other share the items."""

    def __init__(self, lowerBound: float, upperBound: float, seed: int | None = None) -> None:
        super().__init__(False, seed)
        self._bounds = lowerBound, upperBound

    def func(self, split: int, iterator: Iterable[Any]) -> Iterator[Any]:
        """Yield the chosen items of a partition."""
        return between(*self._bounds, self._seed, split, iterator)


class RDDStratifiedSampler(RDDSamplerBase):
    """Chooses pairs with a probability for each key."""

    def __init__(self, withReplacement: bool, fractions: dict[Any, float], seed: int | None = None) -> None:
        super().__init__(withReplacement, seed)
        self._fractions = fractions

    def func(self, split: int, iterator: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
        """Yield the chosen pairs of a partition."""
        return stratified(self._withReplacement, self._fractions, self._seed, split, iterator)


def _generator(seed: int, split: int) -> random.Random:
    generator = random.Random(seed ^ split)
    # Seeds of neighbouring partitions are close; the first numbers would be too.
    for _ in range(10):
        generator.randint(0, 1)
    return generator


def _poisson(generator: random.Random, mean: float) -> int:
    """Draw a number of events: by Knuth's product where the mean is small, else by waiting times."""
    count = 0
    if mean < 20.0:
        limit, product = math.exp(-mean), generator.random()
        while product > limit:
            count += 1
            product *= generator.random()
        return count
    waited = generator.expovariate(mean)
    while waited < 1.0:
        count += 1
        waited += generator.expovariate(mean)
    return count


def sampled(replacement: bool, fraction: float, seed: int, split: int, items: Iterable[Any]) -> Iterator[Any]:
    generator = _generator(seed, split)
    for item in items:
        if replacement:
            for _ in range(_poisson(generator, fraction)):
                yield item
        elif generator.random() < fraction:
            yield item


def stratified(
    replacement: bool, fractions: dict[Any, float], seed: int, split: int, items: Iterable[Any]
) -> Iterator[Any]:
    generator = _generator(seed, split)
    for pair in items:
        if replacement:
            for _ in range(_poisson(generator, fractions[pair[0]])):
                yield pair
        elif generator.random() < fractions[pair[0]]:
            yield pair


def between(low: float, high: float, seed: int, split: int, items: Iterable[Any]) -> Iterator[Any]:
    generator = _generator(seed, split)
    for item in items:
        if low <= generator.random() < high:
            yield item
