# SPDX-License-Identifier: Apache-2.0
"""Estimates from some of the partitions, and of how many items differ."""

from __future__ import annotations

import math
import random

import pytest

from sluice.rdd import estimates, hyperloglog
from sluice.statcounter import StatCounter


@pytest.mark.parametrize(
    ("freedom", "probability", "point"),
    [
        # From tables of Student's distribution.
        (1, 0.975, 12.7062),
        (2, 0.95, 2.919986),
        (3, 0.995, 5.840909),
        (4, 0.975, 2.776445),
        (9, 0.9, 1.383029),
        (30, 0.975, 2.042272),
        (99, 0.995, 2.626405),
    ],
)
def test_student_quantiles(freedom: int, probability: float, point: float) -> None:
    assert estimates.student_quantile(freedom, probability) == pytest.approx(point, rel=1e-6)


def test_all_partitions_leave_no_doubt() -> None:
    for estimate in (estimates.sum_of, estimates.mean_of):
        found = estimate(StatCounter([1, 2, 3]), 3, 3, 0.9)
        assert (found.confidence, found.low, found.high) == (1.0, float(found), float(found))


def test_nothing_seen_says_nothing() -> None:
    for estimate in (estimates.sum_of, estimates.mean_of):
        found = estimate(StatCounter(), 0, 3, 0.9)
        assert (float(found), found.confidence, found.low, found.high) == (0.0, 0.0, -math.inf, math.inf)


def test_one_number_has_no_bounds() -> None:
    found = estimates.sum_of(StatCounter([5.0]), 1, 4, 0.9)
    assert (float(found), found.low, found.high) == (20.0, -math.inf, math.inf)
    found = estimates.mean_of(StatCounter([5.0]), 1, 4, 0.9)
    assert (float(found), found.low, found.high) == (5.0, -math.inf, math.inf)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_bounds_hold_as_often_as_they_say(confidence: float) -> None:
    generator = random.Random(7)
    hits = [0, 0]
    for _ in range(400):
        partitions = [generator.gauss(100, 20) for _ in range(40)]
        seen = StatCounter(partitions[:12])
        whole = estimates.sum_of(seen, 12, 40, confidence)
        mean = estimates.mean_of(seen, 12, 40, confidence)
        hits[0] += whole.low <= sum(partitions) <= whole.high
        hits[1] += mean.low <= 100 <= mean.high
    # The sum's bounds are wide: they allow for partitions of other lengths too.
    assert hits[0] / 400 >= confidence
    assert hits[1] / 400 == pytest.approx(confidence, abs=0.05)


#: Enough that one estimate far out, as few registers give now and then, does not decide.
SAMPLES = 20


@pytest.mark.parametrize("error", [0.3, 0.1, 0.05, 0.02])
def test_counts_are_as_near_as_asked(error: float) -> None:
    bits = hyperloglog.precision(error)
    generator = random.Random(11)
    for count in (1, 10, 100, 1000, 2000):
        deviations = []
        for _ in range(SAMPLES):
            items = generator.sample(range(1 << 32), count)
            deviations.append(hyperloglog.estimate(bits, hyperloglog.registers(bits, items)) / count - 1)
        assert math.sqrt(sum(d * d for d in deviations) / SAMPLES) < 1.7 * error
        assert abs(sum(deviations) / SAMPLES) < 1.2 * error


def test_counts_are_equal_however_items_are_spread() -> None:
    items = range(3000)
    whole = hyperloglog.registers(9, items)
    parts: dict[int, int] = {}
    for start in range(7):
        hyperloglog.merge(parts, hyperloglog.registers(9, items[start::7]))
    assert parts == whole
    assert hyperloglog.estimate(9, hyperloglog.merge(parts, whole)) == hyperloglog.estimate(9, whole)
