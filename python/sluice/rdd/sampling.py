# SPDX-License-Identifier: Apache-2.0
"""Operations that draw items at random, the same ones for the same seed as PySpark does."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd.base import RDDBase
from sluice.rdd.samplers import between, sampled, stratified

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

#: How likely a sample without replacement may be too small, so that it has to be drawn again.
_FAILURE = 0.00005
#: The largest sample that may be asked for: PySpark's limit.
_LARGEST_SAMPLE = sys.maxsize - int(10.0 * math.sqrt(sys.maxsize))


class Sampling(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def sample(self, withReplacement: bool, fraction: float, seed: int | None = None) -> RDD[T_co]:
        """Return an RDD of a part of the items.

        Args:
            withReplacement: whether an item may be drawn several times.
            fraction: how likely an item is drawn, or how often with replacement.
            seed: the same seed draws the same items.

        Raises:
            ValueError: ``fraction`` is negative.
        """
        _check(fraction)
        choose = partial(sampled, withReplacement, fraction, _seed(seed))
        return self._derive("mapPartitionsWithIndex", choose, True)

    def sampleByKey(
        self, withReplacement: bool, fractions: dict[Any, float], seed: int | None = None
    ) -> RDD[T_co]:
        """Return an RDD of a part of the pairs, with a fraction for each key.

        Raises:
            AssertionError: a fraction is negative.
        """
        for key, fraction in fractions.items():
            if fraction < 0.0:
                raise AssertionError(f"a fraction must not be negative: key={key!r}, fraction={fraction}")
        choose = partial(stratified, withReplacement, fractions, _seed(seed))
        return self._derive("mapPartitionsWithIndex", choose, True)

    def randomSplit(self, weights: Sequence[float], seed: int | None = None) -> list[RDD[T_co]]:
        """Return RDDs that share the items, in proportion to the weights.

        Raises:
            ValueError: a weight is negative, or their sum is 0.
        """
        total = float(sum(weights))
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError(f"weights must not be negative and have a sum above 0: weights={list(weights)}")
        bounds = accumulate((weight / total for weight in weights), initial=0.0)
        chosen = random.randint(0, 2**32 - 1) if seed is None else seed
        return [
            self._derive("mapPartitionsWithIndex", partial(between, low, high, chosen), True)
            for low, high in pairwise(bounds)
        ]

    def takeSample(self, withReplacement: bool, num: int, seed: int | None = None) -> list[T_co]:
        """Return a sample of a fixed size, in random order; all items where there are no more.

        Raises:
            ValueError: ``num`` is negative or near ``sys.maxsize``.
        """
        if num < 0:
            raise ValueError("Sample size cannot be negative.")
        if num > _LARGEST_SAMPLE:
            raise ValueError(f"Sample size cannot be greater than {_LARGEST_SAMPLE}.")
        if num == 0:
            return []
        total = self._self.count()
        if total == 0:
            return []
        draw = random.Random(seed)
        if not withReplacement and num >= total:
            items = self._self.collect()
            draw.shuffle(items)
            return items
        fraction = _fraction_for(num, total, withReplacement)
        found = self.sample(withReplacement, fraction, seed).collect()
        while len(found) < num:
            found = self.sample(withReplacement, fraction, draw.randint(0, sys.maxsize)).collect()
        draw.shuffle(found)
        return found[:num]


def _check(fraction: float) -> None:
    if fraction < 0.0:
        raise ValueError(f"a fraction must not be negative: fraction={fraction}")


def _seed(seed: int | None) -> int:
    return random.randint(0, sys.maxsize) if seed is None else seed


def _fraction_for(wanted: int, total: int, replacement: bool) -> float:
    """Return a fraction by which a sample is almost surely large enough."""
    fraction = float(wanted) / total
    if replacement:
        deviations = 9 if wanted < 12 else 5
        return fraction + deviations * math.sqrt(fraction / total)
    gamma = -math.log(_FAILURE) / total
    return min(1.0, fraction + gamma + math.sqrt(gamma * gamma + 2 * gamma * fraction))
