# SPDX-License-Identifier: Apache-2.0
"""`cleanShuffleDependencies`: what is freed is computed again, and what is kept is not."""

from __future__ import annotations

from sluice import Context


def test_shuffles_are_computed_again_up_to_what_is_kept(sc: Context) -> None:
    runs = sc.accumulator(0)

    def counted(pair: tuple[int, int]) -> tuple[int, int]:
        runs.add(1)
        return pair

    first = sc.parallelize([(n % 3, n) for n in range(9)], 2).map(counted).reduceByKey(lambda a, b: a + b)
    second = first.map(lambda pair: (pair[0] % 2, pair[1])).groupByKey().mapValues(sorted)
    answer = [(0, [9, 15]), (1, [12])]
    assert sorted(second.collect()) == answer
    assert sorted(second.collect()) == answer
    assert runs.value == 9

    second.cleanShuffleDependencies()
    assert sorted(second.collect()) == answer
    assert runs.value == 18

    first.cache().count()
    third = first.groupByKey()
    third.count()
    third.cleanShuffleDependencies(blocking=True)
    assert third.mapValues(list).collectAsMap() == {0: [9], 1: [12], 2: [15]}
    assert runs.value == 18
    first.unpersist()
    sc.parallelize([1]).cleanShuffleDependencies()
