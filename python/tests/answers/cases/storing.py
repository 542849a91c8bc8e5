# SPDX-License-Identifier: Apache-2.0
"""cache, persist, unpersist, storage levels, checkpoint."""

from __future__ import annotations

from ..registry import core, counted, raised, wide


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
    acc, note = counted(sc)
    rdd = sc.parallelize(range(8), 4).map(note).cache()
    first = rdd.take(1)
    seen = acc.value
    return [first, seen, rdd.collect(), acc.value]


@core
def unpersist_computes_again(sc, tmp):
    acc, note = counted(sc)
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
    acc, note = counted(sc)
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


@wide
def checkpoint_made_by_a_job_on_what_is_derived(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    acc, note = counted(sc)
    rdd = sc.parallelize(range(4), 2).map(note)
    rdd.checkpoint()
    derived = rdd.map(lambda x: x * 2)
    seen = [derived.collect(), rdd.isCheckpointed(), derived.isCheckpointed(), acc.value]
    return [*seen, derived.collect(), rdd.collect(), acc.value]


@wide
def checkpoint_of_a_cached_one(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    acc, note = counted(sc)
    rdd = sc.parallelize(range(4), 2).map(note).cache()
    rdd.checkpoint()
    seen = [rdd.collect(), acc.value, rdd.collect(), acc.value, rdd.is_cached, str(rdd.getStorageLevel())]
    rdd.unpersist()
    return [*seen, rdd.collect(), acc.value]


@wide
def checkpoint_of_a_partitioned_one(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    rdd = sc.parallelize([(n % 3, n) for n in range(9)], 4).partitionBy(2)
    rdd.checkpoint()
    rdd.count()
    other = sc.parallelize([(n, str(n)) for n in range(3)], 1).partitionBy(2)
    return [rdd.partitioner == other.partitioner, rdd.glom().collect(), rdd.join(other).glom().collect()]


@wide
def checkpoint_of_the_lowest_that_was_asked_for(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    first = sc.parallelize(range(4), 2).map(lambda x: x + 1)
    first.checkpoint()
    second = first.map(lambda x: x * 2)
    second.checkpoint()
    second.checkpoint()
    seen = [second.take(1), first.isCheckpointed(), second.isCheckpointed()]
    return [*seen, second.getNumPartitions(), first.collect(), second.collect()]


@wide
def checkpoint_of_a_failing_job_and_of_nothing(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))
    rdd = sc.parallelize([1, 0], 2).map(lambda x: 1 // x)
    rdd.checkpoint()
    error = raised(rdd.count, "ZeroDivisionError")
    empty = sc.emptyRDD()
    empty.checkpoint()
    return [
        error,
        rdd.isCheckpointed(),
        rdd.getCheckpointFile(),
        empty.count(),
        empty.isCheckpointed(),
        empty.collect(),
    ]


@wide
def checkpoint_directories(sc, tmp):
    import os

    sc.setCheckpointDir(str(tmp / "one"))
    one = sc.getCheckpointDir()
    sc.setCheckpointDir(f"file://{tmp}/two")
    rdd = sc.parallelize([1], 1)
    rdd.checkpoint()
    rdd.count()
    two = sc.getCheckpointDir()
    (tmp / "file").write_text("")
    return [
        os.path.dirname(one) == f"file:{tmp}/one",
        os.path.dirname(two) == f"file:{tmp}/two",
        len(os.listdir(tmp / "one")),
        os.path.dirname(rdd.getCheckpointFile()) == two,
        raised(lambda: sc.setCheckpointDir(str(tmp / "file"))),
    ]


@wide(alone=True)
def checkpoint_where_no_directory_was_set(sc, tmp):
    from pyspark import SparkContext

    with SparkContext("local[2]", "checkpoints") as own:
        rdd = own.parallelize([1], 1)
        return [
            own.getCheckpointDir(),
            raised(rdd.checkpoint, "Checkpoint directory has not been set"),
            rdd.collect(),
        ]


@wide
def local_checkpoint_of_every_kind(sc, tmp):
    sc.setCheckpointDir(str(tmp / "checkpoints"))

    def state(rdd):
        return [
            rdd.isLocallyCheckpointed(),
            rdd.isCheckpointed(),
            rdd.getCheckpointFile(),
            _level(rdd.getStorageLevel())[:2],
        ]

    seen = []
    for names in (["localCheckpoint"], ["cache", "localCheckpoint"], ["checkpoint", "localCheckpoint"]):
        rdd = sc.parallelize(range(4), 2).map(str)
        for name in names:
            getattr(rdd, name)()
        seen += [state(rdd), rdd.collect(), state(rdd), rdd.map(int).collect()]
    rdd.unpersist()
    return [*seen, raised(rdd.collect, "Checkpoint block")]
