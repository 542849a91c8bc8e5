# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: when they are made, what later jobs read, what damage does, and that the lineage is gone."""

from __future__ import annotations

import gc
import os
import random
import shutil
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import CorruptDataError, InputError, JobError
from sluice.files.checkpointfiles import CheckpointWriter, read_checkpoint

from .damage import cuts, flips


@pytest.fixture
def where(sc: Context, tmp_path: Path) -> Iterator[Path]:
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))
    yield tmp_path / "checkpoints"
    sc._checkpoints.directory = None


def counted(sc: Context, acc: Any) -> Any:
    def note(x: int) -> int:
        acc.add(1)
        return x * 2

    return sc.range(6, numSlices=3).map(note)


def test_a_checkpoint_is_made_by_the_next_job_and_read_by_later_ones(sc: Context, where: Path) -> None:
    acc = sc.accumulator(0)
    rdd = counted(sc, acc)
    rdd.checkpoint()
    assert (rdd.isCheckpointed(), rdd.is_checkpointed, rdd.getCheckpointFile()) == (False, True, None)
    assert (rdd.count(), acc.value) == (6, 12)
    assert rdd.isCheckpointed()
    assert not rdd.isLocallyCheckpointed()
    file = rdd.getCheckpointFile() or ""
    assert os.path.dirname(file) == sc.getCheckpointDir()
    assert sorted(os.listdir(file.removeprefix("file:"))) == [f"part-0000{n}" for n in range(3)]
    assert (rdd.glom().collect(), acc.value) == ([[0, 2], [4, 6], [8, 10]], 12)
    assert sc._checkpointFile(file).collect() == [0, 2, 4, 6, 8, 10]


def test_what_was_derived_before_reads_it_too(sc: Context, where: Path) -> None:
    acc = sc.accumulator(0)
    rdd = counted(sc, acc).map(lambda x: (x, random.random())).cache()
    derived = rdd.mapValues(lambda x: x)
    shuffled = rdd.partitionBy(2)
    kept = dict(derived.collect())
    assert dict(shuffled.collect()) == kept
    rdd.checkpoint()
    rdd.count()
    rdd.unpersist()
    for again in (rdd, derived, shuffled, rdd.map(lambda x: x), rdd.union(rdd)):
        assert dict(again.collect()) == kept
    assert acc.value == 6


def test_a_job_on_what_is_derived_makes_it(sc: Context, where: Path) -> None:
    acc = sc.accumulator(0)
    rdd = counted(sc, acc)
    rdd.checkpoint()
    derived = rdd.map(str).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b)
    assert derived.count() == 6
    assert rdd.isCheckpointed()
    seen = acc.value
    assert rdd.map(str).collect() == ["0", "2", "4", "6", "8", "10"]
    assert acc.value == seen


def test_a_persisted_one_is_computed_once(sc: Context, where: Path) -> None:
    acc = sc.accumulator(0)
    rdd = counted(sc, acc).cache()
    rdd.checkpoint()
    assert [rdd.sum(), rdd.sum(), acc.value] == [30, 30, 6]
    assert rdd.is_cached
    rdd.unpersist()
    assert [rdd.sum(), acc.value] == [30, 6]


def test_only_a_part_was_asked_for(sc: Context, where: Path) -> None:
    rdd = sc.range(100, numSlices=10).map(lambda x: x)
    rdd.checkpoint()
    assert rdd.take(1) == [0]
    assert rdd.isCheckpointed()
    assert rdd.collect() == list(range(100))


def test_the_lowest_of_several_is_made(sc: Context, where: Path) -> None:
    first = sc.range(4, numSlices=2).map(lambda x: x + 1)
    first.checkpoint()
    second = first.map(lambda x: x * 10)
    second.checkpoint()
    assert second.sum() == 100
    assert (first.isCheckpointed(), second.isCheckpointed()) == (False, True)


def test_the_lineage_is_gone(sc: Context, where: Path) -> None:
    rdd = sc.parallelize([("a", 1)] * 1000, 2)
    nodes = []
    for _ in range(30):
        rdd = rdd.mapValues(lambda v: v + 1).reduceByKey(lambda a, b: max(a, b)).mapValues(lambda v: v)
        rdd.checkpoint()
        assert rdd.collect() == [("a", rdd.first()[1])]
        nodes.append(weakref.ref(rdd._node()))
    assert rdd.collect() == [("a", 31)]
    assert rdd._node().inputs == ()
    gc.collect()
    assert sum(node() is not None for node in nodes) <= 2


def test_partitioners_stay(sc: Context, where: Path) -> None:
    rdd = sc.parallelize([(n % 5, n) for n in range(50)], 4).partitionBy(3)
    rdd.checkpoint()
    rdd.count()
    assert rdd.partitioner == sc.parallelize([(1, 1)]).partitionBy(3).partitioner
    assert sorted(rdd.reduceByKey(lambda a, b: a + b).collect()) == [
        (n, sum(range(n, 50, 5))) for n in range(5)
    ]


def test_without_a_directory(sc: Context) -> None:
    assert sc.getCheckpointDir() is None
    rdd = sc.range(2).map(str)
    with pytest.raises(JobError, match=r"Checkpoint directory has not been set .*setCheckpointDir"):
        rdd.checkpoint()
    assert rdd.collect() == ["0", "1"]


def test_a_directory_that_cannot_be(sc: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot make the checkpoint directory file:.*Not a directory"):
        sc.setCheckpointDir(str(tmp_path / "file"))
    assert sc.getCheckpointDir() is None


def test_a_failing_job_makes_none_and_the_next_one_does(sc: Context, where: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"

    def check(x: int) -> int:
        return 1 // (not flag.exists()) + x

    rdd = sc.range(4, numSlices=2).map(check)
    rdd.checkpoint()
    flag.touch()
    with pytest.raises(JobError, match="ZeroDivisionError"):
        rdd.count()
    assert (rdd.isCheckpointed(), rdd.getCheckpointFile()) == (False, None)
    assert os.listdir(sc._checkpoints.directory or "") == []
    flag.unlink()
    assert rdd.count() == 4
    assert rdd.isCheckpointed()


def test_a_local_checkpoint_forgets_how_it_was_computed(sc: Context) -> None:
    acc = sc.accumulator(0)
    rdd = counted(sc, acc)
    rdd.localCheckpoint()
    assert (rdd.isLocallyCheckpointed(), rdd.isCheckpointed()) == (True, False)
    assert rdd.take(1) == [0]
    assert rdd.isCheckpointed()
    assert acc.value == 6
    assert (rdd.collect(), acc.value, rdd.getCheckpointFile()) == ([0, 2, 4, 6, 8, 10], 6, None)
    assert rdd._source.plain().inputs == ()
    rdd.unpersist()
    with pytest.raises(JobError, match=r"Checkpoint block not found: .*was unpersisted"):
        rdd.collect()


def test_both_kinds(sc: Context, where: Path) -> None:
    for first, second in (("checkpoint", "localCheckpoint"), ("localCheckpoint", "checkpoint")):
        rdd = sc.range(4).map(lambda x: x)
        getattr(rdd, first)()
        getattr(rdd, second)()
        rdd.count()
        assert (rdd.isCheckpointed(), rdd.isLocallyCheckpointed(), rdd.getCheckpointFile()) == (
            True,
            True,
            None,
        )
        rdd.unpersist()


def test_jobs_of_several_threads(sc: Context, where: Path) -> None:
    rdd = sc.range(1000, numSlices=2).map(lambda x: (x % 7, x))
    rdd.checkpoint()
    derived = [rdd.mapValues(lambda v, n=n: v + n).reduceByKey(lambda a, b: a + b) for n in range(6)]
    sums: dict[int, int] = {}

    def run(number: int) -> None:
        for _ in range(4):
            sums[number] = derived[number].values().sum()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sums == {number: sum(range(1000)) + 1000 * number for number in range(6)}
    assert rdd.isCheckpointed()


def test_files_that_are_gone_or_damaged_fail_the_job(sc: Context, where: Path) -> None:
    rdd = sc.range(1000, numSlices=2).map(str)
    rdd.checkpoint()
    rdd.count()
    directory = Path((rdd.getCheckpointFile() or "").removeprefix("file:"))
    part = directory / "part-00001"
    whole = part.read_bytes()
    part.write_bytes(whole[:-1])
    with pytest.raises(JobError, match=rf"CorruptDataError: .*ends too early \(file={part}"):
        rdd.count()
    part.write_bytes(whole)
    assert rdd.count() == 1000
    (directory / "part-00000").unlink()
    with pytest.raises(InputError, match=r"Invalid checkpoint directory: .*missing=part-00000"):
        sc._checkpointFile(str(directory))
    shutil.rmtree(directory)
    with pytest.raises(JobError, match=r"FileNotFoundError.*part-0000"):
        rdd.count()


def test_every_cut_and_every_flipped_bit(tmp_path: Path) -> None:
    items = [("a", number, None) for number in range(40)]
    assert CheckpointWriter(str(tmp_path))(0, iter(items)) == ["part-00000"]
    path = tmp_path / "part-00000"
    assert list(read_checkpoint(str(path))) == items
    for _ in flips(path, 8):
        with pytest.raises(CorruptDataError, match=str(path)):
            list(read_checkpoint(str(path)))
    assert list(read_checkpoint(str(path))) == items
    for _ in cuts(path):
        with pytest.raises(CorruptDataError, match=str(path)):
            list(read_checkpoint(str(path)))
