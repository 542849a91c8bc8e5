# SPDX-License-Identifier: Apache-2.0
"""cache, persist, unpersist, storage levels, checkpoint."""

from __future__ import annotations

from ..registry import core, raised, wide


def _level(level):
    return [level.useDisk, level.useMemory, level.useOffHeap, level.deserialized, level.replication]


@core
def cache_keeps_values(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x * 2

    rdd = sc.parallelize(range(4), 2).map(note).cache()
    return [rdd.collect(), rdd.collect(), rdd.count(), rdd.map(lambda x: x + 1).collect(), acc.value]


@core
def cache_returns_the_same_rdd(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [
        rdd.cache() is rdd,
        rdd.is_cached,
        rdd.unpersist() is rdd,
        rdd.is_cached,
        rdd.persist() is rdd,
        rdd.is_cached,
    ]


@core
def cache_of_random_values_stays(sc, tmp):
    import random

    rdd = sc.parallelize(range(20), 2).map(lambda _: random.random()).cache()
    return [rdd.collect() == rdd.collect(), rdd.map(lambda x: x).collect() == rdd.collect()]


@core
def cache_is_not_changed_by_tasks(sc, tmp):
    rdd = sc.parallelize([[1], [2]], 2).map(lambda x: x).cache()
    rdd.count()

    def grow(x):
        x.append(0)
        return x

    return [rdd.map(grow).collect(), rdd.map(grow).collect(), rdd.collect()]


@core
def cache_partly_filled_by_take(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x

    rdd = sc.parallelize(range(8), 4).map(note).cache()
    first = rdd.take(1)
    seen = acc.value
    return [first, seen, rdd.collect(), acc.value]


@core
def unpersist_computes_again(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x

    rdd = sc.parallelize(range(3), 2).map(note).cache()
    rdd.count()
    rdd.unpersist(blocking=True)
    return [rdd.collect(), acc.value]


@core
def steps_after_cache_are_computed_again(sc, tmp):
    above, below = sc.accumulator(0), sc.accumulator(0)

    def count(acc):
        def note(x):
            acc.add(1)
            return x

        return note

    rdd = sc.parallelize(range(3), 2).map(count(above)).cache().map(count(below))
    rdd.count()
    rdd.count()
    return [above.value, below.value]


@core
def cache_of_shuffled_and_union(sc, tmp):
    rdd = sc.parallelize([(i % 2, i) for i in range(6)], 2).reduceByKey(lambda a, b: a + b).cache()
    return [rdd.collect(), rdd.union(rdd).collect(), rdd.join(rdd).collect(), rdd.partitioner is not None]


@core
def storage_level_of_cache(sc, tmp):
    rdd = sc.parallelize([1], 1)
    seen = [_level(rdd.getStorageLevel()), str(rdd.getStorageLevel())]
    rdd.cache()
    seen += [_level(rdd.getStorageLevel()), str(rdd.getStorageLevel())]
    rdd.unpersist()
    return [*seen, _level(rdd.getStorageLevel())]


@wide
def storage_levels(sc, tmp):
    from pyspark import StorageLevel

    names = sorted(n for n in dir(StorageLevel) if n.isupper())
    return [
        (n, _level(getattr(StorageLevel, n)), str(getattr(StorageLevel, n)), repr(getattr(StorageLevel, n)))
        for n in names
    ]


@wide
def persist_at_each_level(sc, tmp):
    from pyspark import StorageLevel

    seen = []
    for name in (
        "MEMORY_ONLY",
        "MEMORY_AND_DISK",
        "DISK_ONLY",
        "MEMORY_ONLY_2",
        "DISK_ONLY_2",
        "MEMORY_AND_DISK_DESER",
    ):
        rdd = sc.parallelize(range(4), 2).map(lambda x: x + 1).persist(getattr(StorageLevel, name))
        seen.append((name, rdd.sum(), rdd.sum(), str(rdd.getStorageLevel())))
        rdd.unpersist()
    return seen


@wide
def persist_again_at_another_level(sc, tmp):
    from pyspark import StorageLevel

    rdd = sc.parallelize([1], 1).cache()
    return [
        raised(lambda: rdd.persist(StorageLevel.DISK_ONLY), "Cannot change storage level"),
        rdd.persist() is rdd,
    ]


@wide
def storage_level_equality(sc, tmp):
    from pyspark import StorageLevel

    a, b = StorageLevel(True, True, False, False), StorageLevel.MEMORY_AND_DISK
    return [
        a == b,
        StorageLevel(False, False, False, False) == StorageLevel.NONE,
        a == StorageLevel.DISK_ONLY,
    ]


@wide
def persist_with_no_level_at_all(sc, tmp):
    return [
        raised(lambda level=level: sc.parallelize([1], 1).persist(level))
        for level in (None, "MEMORY_ONLY", 3)
    ]


@wide
def persist_at_none(sc, tmp):
    from pyspark import StorageLevel

    rdd = sc.parallelize(range(4), 2).map(lambda x: x + 1).persist(StorageLevel.NONE)
    seen = [rdd.is_cached, str(rdd.getStorageLevel()), rdd.sum(), rdd.sum()]
    rdd.persist(StorageLevel.DISK_ONLY)
    return [*seen, rdd.is_cached, str(rdd.getStorageLevel()), rdd.sum()]


@wide
def persist_at_levels_of_ones_own(sc, tmp):
    from pyspark import StorageLevel

    seen = []
    for flags in ((False, True, False, True, 5), (True, False, False, True), (True, True, True, True, 39)):
        rdd = sc.parallelize(range(4), 2).map(lambda x: x + 1).persist(StorageLevel(*flags))
        seen.append([rdd.sum(), rdd.sum(), str(rdd.getStorageLevel()), rdd.is_cached])
        rdd.unpersist()
    return seen


@wide
def unpersist_what_was_never_kept(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [rdd.unpersist() is rdd, rdd.unpersist(True) is rdd, rdd.is_cached, rdd.sum()]


@wide
def many_shuffles_over_kept_data(sc, tmp):
    from pyspark import StorageLevel

    kept = sc.parallelize([(i % 5, i) for i in range(50)], 4).persist(StorageLevel.MEMORY_AND_DISK)
    total = 0
    for step in range(4):
        moved = kept.map(lambda kv, step=step: (kv[0] + step, kv[1])).reduceByKey(lambda a, b: a + b, 3)
        total += moved.join(kept).count()
    kept.unpersist(blocking=True)
    return [total, kept.count()]


@wide
def checkpoint(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return x

    rdd = sc.parallelize(range(4), 2).map(note)
    seen = [rdd.isCheckpointed(), rdd.getCheckpointFile()]
    rdd.checkpoint()
    seen += [rdd.isCheckpointed(), rdd.count(), rdd.isCheckpointed(), acc.value, rdd.collect(), acc.value]
    return [*seen, rdd.getCheckpointFile() is not None, str(tmp) in (rdd.getCheckpointFile() or "")]


@wide
def checkpoint_after_the_first_action(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    rdd = sc.parallelize(range(4), 2).map(str)
    rdd.count()
    rdd.checkpoint()
    rdd.count()
    return [rdd.isCheckpointed(), rdd.collect()]


@wide
def local_checkpoint(sc, tmp):
    rdd = sc.parallelize(range(4), 2).map(lambda x: x * 3)
    rdd.localCheckpoint()
    seen = [
        rdd.isLocallyCheckpointed(),
        rdd.isCheckpointed(),
        rdd.collect(),
        rdd.isCheckpointed(),
        rdd.collect(),
    ]
    return [*seen, str(rdd.getStorageLevel())]


@wide
def checkpoint_without_a_directory(sc, tmp):
    return raised(lambda: sc.parallelize([1], 1).localCheckpoint())
