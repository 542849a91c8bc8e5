# SPDX-License-Identifier: Apache-2.0
"""zip, zipWithIndex, zipWithUniqueId."""

from __future__ import annotations

from ..registry import counted, parts, raised, wide


@wide
def zip_of_equal(sc, tmp):
    a, b = sc.parallelize(range(5), 2), sc.parallelize("abcde", 2)
    return parts(a.zip(b))


@wide
def zip_of_mapped(sc, tmp):
    a = sc.parallelize(range(5), 3)
    return parts(a.zip(a.map(lambda x: x * x).map(str)))


@wide
def zip_of_equal_batches_of_many(sc, tmp):
    a, b = sc.parallelize(range(3000), 3), sc.parallelize([str(i) for i in range(3000)], 3)
    return a.zip(b).map(lambda ab: str(ab[0]) == ab[1]).countByValue() == {True: 3000}


@wide
def zip_with_text(sc, tmp):
    (tmp / "f").write_text("a\nb\nc\n")
    lines = sc.textFile(str(tmp / "f"), 1)
    return [
        lines.zip(sc.parallelize([1, 2, 3], 1)).collect(),
        sc.parallelize([1, 2, 3], 1).zip(lines).collect(),
    ]


@wide
def zip_of_unequal_partitions(sc, tmp):
    return raised(
        lambda: sc.parallelize([1, 2], 2).zip(sc.parallelize([1, 2], 1)), "same number of partitions"
    )


@wide
def zip_of_unequal_lengths(sc, tmp):
    return raised(
        lambda: sc.parallelize(range(4), 2).zip(sc.parallelize(range(5), 2)).collect(), "same number"
    )


@wide
def zip_of_filtered_lengths(sc, tmp):
    a = sc.parallelize(range(10), 2)
    return raised(lambda: a.filter(lambda x: x != 3).zip(a).collect(), "different number of items in batches")


@wide
def zip_with_index(sc, tmp):
    return [parts(sc.parallelize("abcdefg", n).zipWithIndex()) for n in (1, 3, 9)]


@wide
def zip_with_index_after_filter(sc, tmp):
    return sc.parallelize(range(20), 5).filter(lambda x: x % 3 == 0).zipWithIndex().collect()


@wide
def zip_with_index_runs_a_job_at_the_call(sc, tmp):
    acc, note = counted(sc)
    seen = []
    for n in (1, 2):
        sc.parallelize(range(4), n).map(note).zipWithIndex()
        seen.append(acc.value)
    return seen


@wide
def zip_with_unique_id(sc, tmp):
    return [sc.parallelize("abcde", n).zipWithUniqueId().collect() for n in (1, 2, 3, 6)]
