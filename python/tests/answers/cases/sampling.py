# SPDX-License-Identifier: Apache-2.0
"""Samples by seed: the same elements for the same seed and partitions."""

from __future__ import annotations

from ..registry import parts, raised, wide


@wide
def sample_without_replacement(sc, tmp):
    rdd = sc.parallelize(range(100), 4)
    return [rdd.sample(False, 0.1, seed).collect() for seed in (0, 1, 2, 81, -5)]


@wide
def sample_of_each_fraction(sc, tmp):
    rdd = sc.parallelize(range(40), 2)
    return [rdd.sample(False, fraction, 7).collect() for fraction in (0.0, 0.01, 0.3, 0.4, 0.9, 1.0)]


@wide
def sample_with_replacement(sc, tmp):
    rdd = sc.parallelize(range(30), 3)
    return [rdd.sample(True, fraction, seed).collect() for fraction in (0.2, 1.0, 2.5) for seed in (3, 10)]


@wide
def sample_depends_on_partitions(sc, tmp):
    return [parts(sc.parallelize(range(50), n).sample(False, 0.2, 5)) for n in (1, 2, 5)]


@wide
def sample_of_nothing(sc, tmp):
    return [
        sc.parallelize([], 2).sample(False, 0.5, 1).collect(),
        sc.parallelize([], 2).sample(True, 0.5, 1).collect(),
    ]


@wide
def sample_twice_is_the_same(sc, tmp):
    sampled = sc.parallelize(range(100), 4).sample(False, 0.3)
    return sampled.collect() == sampled.collect()


@wide
def sample_of_strings(sc, tmp):
    return sc.parallelize([f"s{i}" for i in range(40)], 3).sample(False, 0.25, 42).collect()


@wide
def take_sample_without_replacement(sc, tmp):
    rdd = sc.parallelize(range(50), 3)
    return [rdd.takeSample(False, n, seed) for n in (0, 1, 5, 10) for seed in (1, 2)]


@wide
def take_sample_with_replacement(sc, tmp):
    rdd = sc.parallelize(range(10), 2)
    return [rdd.takeSample(True, n, seed) for n in (1, 5, 20) for seed in (1, 2)]


@wide
def take_sample_of_all(sc, tmp):
    rdd = sc.parallelize(range(10), 3)
    return [
        rdd.takeSample(False, 10, 4),
        rdd.takeSample(False, 25, 4),
        sorted(rdd.takeSample(False, 10)) == list(range(10)),
    ]


@wide
def take_sample_of_nothing(sc, tmp):
    return [sc.parallelize([], 2).takeSample(False, 5, 1), sc.parallelize([], 2).takeSample(True, 5, 1)]


@wide
def random_split(sc, tmp):
    rdd = sc.parallelize(range(40), 3)
    return [
        [part.collect() for part in rdd.randomSplit(w, 17)]
        for w in ([1, 1], [0.5, 0.3, 0.2], [2.0, 0.0, 1.0], [1])
    ]


@wide
def random_split_by_other_seeds(sc, tmp):
    rdd = sc.parallelize(range(30), 2)
    return [[part.collect() for part in rdd.randomSplit([2, 3], seed)] for seed in (0, 11, 2**31)]


@wide
def random_split_covers_all_once(sc, tmp):
    rdd = sc.parallelize(range(500), 5)
    split = rdd.randomSplit([3, 2, 1])
    return [len(split), sorted(x for s in split for x in s.collect()) == list(range(500))]


@wide
def sample_by_key_without_replacement(sc, tmp):
    rdd = sc.parallelize([("abc"[i % 3], i) for i in range(90)], 3)
    return [rdd.sampleByKey(False, {"a": 0.2, "b": 0.5, "c": 1.0}, seed).collect() for seed in (2, 9)]


@wide
def sample_by_key_with_replacement(sc, tmp):
    rdd = sc.parallelize([("ab"[i % 2], i) for i in range(30)], 3)
    return rdd.sampleByKey(True, {"a": 0.3, "b": 1.5}, 5).collect()


@wide
def sample_by_key_of_a_missing_key(sc, tmp):
    rdd = sc.parallelize([("a", 1), ("z", 2)], 2)
    return raised(lambda: rdd.sampleByKey(False, {"a": 0.5}, 1).collect(), "KeyError")


@wide
def random_rdd_functions(sc, tmp):
    return raised(lambda: sc.parallelize([1, 2, 3], 1).sample("x", "y"))
