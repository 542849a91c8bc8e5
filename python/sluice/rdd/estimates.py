# SPDX-License-Identifier: Apache-2.0
"""What can be said of all partitions when only some of them were seen: estimates of sum and mean, with bounds."""

from __future__ import annotations

import math

from sluice.boundedfloat import BoundedFloat
from sluice.statcounter import StatCounter

__all__ = ["mean_of", "student_quantile", "sum_of"]

#: With more items than this, Student's distribution is taken for the normal one.
_MANY = 100


def mean_of(seen: StatCounter, partitions: int, total: int, confidence: float) -> BoundedFloat:
    """Return the mean; ``seen`` is of ``partitions`` out of ``total``."""
    if partitions == total:
        return _exact(seen.mean())
    if not seen.n:
        return _unknown()
    mean = seen.mean()
    if seen.n == 1:
        return BoundedFloat(mean, confidence, -math.inf, math.inf)
    reach = _factor(seen.n, confidence) * math.sqrt(seen.sampleVariance() / seen.n)
    return BoundedFloat(mean, confidence, mean - reach, mean + reach)


def sum_of(seen: StatCounter, partitions: int, total: int, confidence: float) -> BoundedFloat:
    """Return the sum; those partitions that were not seen are taken to be like those that were."""
    if partitions == total:
        return _exact(seen.sum())
    if not seen.n:
        return _unknown()
    share = partitions / total
    mean = seen.mean()
    unseen = seen.n * (1 - share) / share
    middle = seen.sum() + mean * unseen
    if seen.n == 1:
        return BoundedFloat(middle, confidence, -math.inf, math.inf)
    # Neither how many numbers are left nor their mean is known; both vary, independently of each other.
    mean_variance = seen.sampleVariance() / seen.n
    count_variance = seen.n * (1 - share) / (share * share)
    variance = mean * mean * count_variance + unseen * unseen * mean_variance + mean_variance * count_variance
    reach = _factor(seen.n, confidence) * math.sqrt(variance)
    return BoundedFloat(middle, confidence, middle - reach, middle + reach)


def _exact(value: float) -> BoundedFloat:
    return BoundedFloat(value, 1.0, value, value)


def _unknown() -> BoundedFloat:
    return BoundedFloat(0.0, 0.0, -math.inf, math.inf)


def _factor(count: int, confidence: float) -> float:
    """How many standard deviations around the mean hold a share ``confidence``."""
    upper = (1 + confidence) / 2
    if upper >= 1:
        return math.inf
    if count <= _MANY:
        return student_quantile(count - 1, upper)
    # It brings decimals and fractions along, for which no other program should wait.
    from statistics import NormalDist

    return NormalDist().inv_cdf(upper)


def student_quantile(freedom: int, probability: float) -> float:
    """Return the point below which Student's t with so many degrees of freedom lies with a probability above 1/2."""
    low, high = 0.0, 1.0
    while _student(freedom, high) < probability and high < 1e300:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _student(freedom, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _student(freedom: int, t: float) -> float:
    """The distribution's value at ``t`` >= 0, by its finite sums for whole degrees of freedom."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    term, total = (1.0, 1.0) if freedom % 2 == 0 else (cosine, cosine)
    # The k-th term is the one before times cos^2 (k-1)/k, for every second k up to the degrees of freedom.
    for k in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    if freedom % 2 == 0:
        return 0.5 + 0.5 * sine * total
    inner = angle + sine * total if freedom > 1 else angle
    return 0.5 + inner / math.pi
