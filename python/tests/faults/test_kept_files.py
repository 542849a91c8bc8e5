# SPDX-License-Identifier: Apache-2.0
"""Files of shuffles and of persisted partitions: damaged, gone, freed, and where they are."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Conf, Context, StorageLevel
from sluice.errors import SluiceError
from tests.support.drivers import Driver
from tests.support.waiting import eventually

#: Room for about a third of what `pairs` puts into a shuffle, in map output and results together.
LITTLE = "2m"
COUNT = 60_000
ON_DISK = (StorageLevel.DISK_ONLY, StorageLevel.DISK_ONLY_2, StorageLevel.DISK_ONLY_3)


@pytest.fixture(scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    # Neither is there before the context.
    base = tmp_path_factory.mktemp("disks")
    return [base / "a", base / "deeper" / "b"]


@pytest.fixture(scope="module")
def little(disks: list[Path]) -> Iterator[Context]:
    """A context with so little memory that map output goes to files."""
    conf = Conf().set("sluice.memory", LITTLE).set("sluice.local.dirs", ",".join(map(str, disks)))
    with Context("local[2]", "kept files", conf=conf) as context:
        yield context
    assert [list(disk.iterdir()) for disk in disks] == [[], []]


@pytest.fixture(autouse=True)
def nothing_is_kept(little: Context, disks: list[Path]) -> Iterator[None]:
    yield
    gc.collect()
    # No job takes the ids along: that the RDDs are gone is enough.
    eventually(lambda: kept(disks), lambda files: not files)


def kept(disks: list[Path]) -> list[Path]:
    return sorted(file for disk in disks for file in disk.glob("sluice-spill-*/*"))


class Noted:
    """The same items; leaves a file for each time that a partition is computed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(self, split: int, items: Iterator[Any]) -> Iterator[Any]:
        (self.directory / f"{split}-{os.urandom(6).hex()}").touch()
        return items

    def times(self) -> dict[int, int]:
        splits = [int(path.name.split("-")[0]) for path in self.directory.iterdir()]
        return {split: splits.count(split) for split in sorted(set(splits))}


@pytest.fixture
def noted(tmp_path: Path) -> Noted:
    (tmp_path / "notes").mkdir()
    return Noted(tmp_path / "notes")


def pairs(sc: Context, noted: Noted, slices: int = 4) -> Any:
    return (
        sc.parallelize(range(COUNT), slices)
        .mapPartitionsWithIndex(noted)
        .map(lambda i: (i % 5000, f"value {i:060}"))
    )


def lengths(grouped: Any) -> dict[int, int]:
    return dict(grouped.mapValues(len).collect())


EXPECTED = dict.fromkeys(range(5000), COUNT // 5000)


def test_map_output_goes_to_both_disks_and_is_freed_with_its_rdd(
    little: Context, disks: list[Path], noted: Noted
) -> None:
    grouped = pairs(little, noted, 8).groupByKey(3)
    assert lengths(grouped) == EXPECTED
    files = kept(disks)
    assert {file.parents[1] for file in files} == set(disks)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert all(file.parent.stat().st_mode & 0o777 == 0o700 for file in files)
    assert lengths(grouped) == EXPECTED
    assert set(noted.times().values()) == {1}
    del grouped
    eventually(lambda: kept(disks), lambda left: not left)


@pytest.mark.parametrize("harm", ["deleted", "cut", "spoilt", "emptied"])
def test_map_output_lost_between_two_jobs(
    little: Context, disks: list[Path], noted: Noted, harm: str
) -> None:
    grouped = pairs(little, noted, 8).groupByKey(3)
    assert lengths(grouped) == EXPECTED
    files = kept(disks)
    victims = files if harm in ("deleted", "emptied") else files[:1]
    for file in victims:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0x10
        if harm == "deleted":
            file.unlink()
        else:
            file.write_bytes({"cut": data[: len(data) // 2], "spoilt": data, "emptied": b""}[harm])
    assert lengths(grouped) == EXPECTED
    assert sum(noted.times().values()) == 8 + len(victims)
    assert max(noted.times().values()) == 2


def test_a_shuffle_over_a_lost_shuffle(little: Context, disks: list[Path], noted: Noted) -> None:
    first = pairs(little, noted).groupByKey(3)
    second = (
        first.map(lambda kv: (kv[0] % 7, list(kv[1]))).groupByKey(2).mapValues(lambda v: sum(map(len, v)))
    )
    expected = second.collect()
    for file in kept(disks):
        file.unlink()
    assert second.collect() == expected
    assert max(noted.times().values()) == 2


@pytest.mark.parametrize("level", ON_DISK, ids=str)
def test_on_disk_only(little: Context, disks: list[Path], noted: Noted, level: StorageLevel) -> None:
    rdd = little.parallelize(range(100), 4).mapPartitionsWithIndex(noted).persist(level)
    assert rdd.sum() == 4950
    # One copy, whatever the number: all of them would be in the same place.
    assert len(kept(disks)) == 4
    kept(disks)[1].unlink()
    assert rdd.sum() == 4950
    assert sorted(noted.times().values()) == [1, 1, 1, 2]
    assert rdd.unpersist(blocking=True) is rdd
    assert kept(disks) == []
    assert rdd.sum() == 4950
    assert kept(disks) == []


@pytest.mark.parametrize(
    "level",
    [StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_ONLY_2, StorageLevel(False, True, False, True)],
    ids=str,
)
def test_in_memory_only_what_has_no_room_is_computed_again(
    little: Context, disks: list[Path], noted: Noted, level: StorageLevel
) -> None:
    large = little.parallelize(range(4), 4).mapPartitionsWithIndex(noted).map(lambda i: str(i) * 500_000)
    kept_somewhere = large.persist(level)
    for times in (1, 2, 3):
        assert kept_somewhere.map(len).collect() == [500_000] * 4
        assert set(noted.times().values()) == {times}
    assert kept(disks) == []
    small = little.parallelize(range(4), 4).mapPartitionsWithIndex(noted).persist(level)
    before = sum(noted.times().values())
    assert (small.sum(), small.sum()) == (6, 6)
    assert sum(noted.times().values()) == before + 4
    # At once, and not when they are collected as garbage: the next level has the room to itself.
    for rdd in (kept_somewhere, small):
        rdd.unpersist()


@pytest.mark.parametrize(
    "level",
    [
        StorageLevel.MEMORY_AND_DISK,
        StorageLevel.MEMORY_AND_DISK_2,
        StorageLevel.MEMORY_AND_DISK_DESER,
        StorageLevel.OFF_HEAP,
        StorageLevel(True, True, False, True, 7),
    ],
    ids=str,
)
def test_in_memory_and_on_disk(little: Context, disks: list[Path], noted: Noted, level: StorageLevel) -> None:
    rdd = little.parallelize(range(4), 4).mapPartitionsWithIndex(noted).map(lambda i: str(i) * 500_000)
    rdd.persist(level)
    assert rdd.map(len).collect() == [500_000] * 4
    assert 1 <= len(kept(disks)) <= 4
    assert rdd.map(len).collect() == [500_000] * 4
    assert set(noted.times().values()) == {1}
    assert little._jsc.getPersistentRDDs()[rdd.id()] is rdd
    del rdd
    eventually(lambda: kept(disks), lambda left: not left)


def test_persisted_files_spoilt_under_a_join(little: Context, disks: list[Path], noted: Noted) -> None:
    left = pairs(little, noted).persist(StorageLevel.DISK_ONLY)
    right = little.parallelize(range(5000), 2).map(lambda i: (i, i))
    expected = sorted(left.join(right, 3).mapValues(lambda v: v[1]).countByValue().items())
    for file in kept(disks):
        data = bytearray(file.read_bytes())
        data[-len(data) // 3] ^= 1
        file.write_bytes(data)
    assert sorted(left.join(right, 3).mapValues(lambda v: v[1]).countByValue().items()) == expected
    assert max(noted.times().values()) <= 2


def test_half_a_partition_that_failed_is_not_kept(little: Context, tmp_path: Path) -> None:
    def fails_once(items: Iterator[int]) -> Iterator[int]:
        for item in items:
            if item == 7 and not (tmp_path / "failed").exists():
                (tmp_path / "failed").touch()
                raise ValueError("the first time")
            yield item

    rdd = little.parallelize(range(10), 1).mapPartitions(fails_once).persist(StorageLevel.MEMORY_AND_DISK)
    with pytest.raises(SluiceError, match="the first time"):
        rdd.count()
    assert rdd.collect() == list(range(10))


def test_hundreds_of_shuffles_leave_memory_and_disk_as_they_were(little: Context, disks: list[Path]) -> None:
    data = little.parallelize([(i % 100, "x" * 200) for i in range(4000)], 2)

    def some(rounds: int) -> None:
        for i in range(rounds):
            assert data.map(lambda kv, i=i: (kv[0] + i, kv[1])).groupByKey(2).count() == 100
            assert len(kept(disks)) <= 6

    def used() -> int:
        """Kilobytes of living objects in the JVM."""
        histogram = subprocess.run(
            ["jcmd", str(little._engine().pid), "GC.class_histogram"],
            check=True,
            capture_output=True,
            text=True,
        )
        return int(histogram.stdout.split()[-1]) // 1024

    some(50)
    before = used()
    some(250)
    assert used() - before < 1024


def test_one_bad_disk_of_two_is_passed_over(tmp_path: Path) -> None:
    # A file where a directory should be.
    (tmp_path / "bad").touch()
    with Driver(
        """
        import os
        from sluice import Conf, Context, StorageLevel
        sc = Context("local[2]", conf=Conf().set("sluice.memory", "2m"))
        rdd = sc.parallelize(range(1000), 4).persist(StorageLevel.DISK_ONLY)
        assert rdd.sum() == 499500
        assert len(os.listdir(os.environ["GOOD"])) == 2, os.listdir(os.environ["GOOD"])
        sc.stop()
        assert os.listdir(os.environ["GOOD"]) == []
        print("done")
        """,
        SPARK_LOCAL_DIRS=f"{tmp_path / 'bad'},{tmp_path / 'good'}",
        GOOD=str(tmp_path / "good"),
    ) as driver:
        assert "done" in driver.finish()


def test_no_good_disk_at_all(tmp_path: Path) -> None:
    (tmp_path / "bad").touch()
    with Driver(
        """
        import sys
        from sluice import Conf, Context, StorageLevel
        sc = Context("local[2]", conf=Conf().set("sluice.local.dirs", sys.argv[1]))
        assert sc.parallelize(range(10), 2).sum() == 45
        try:
            sc.parallelize(range(10), 2).persist(StorageLevel.DISK_ONLY).sum()
        except Exception as error:
            print("said:", error)
        assert sc.parallelize(range(10), 2).sum() == 45
        """,
        tmp_path / "bad" / "below",
    ) as driver:
        said = driver.finish()
    assert "no local directory can be used for spilling" in said
    assert f"directory={tmp_path}/bad/below free=unknown" in said


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB. Mounting needs root; for root, a mount that fails is a failed test."""
    if os.getuid():
        pytest.skip("mounting a tmpfs needs root: uid is not 0")
    disk = tmp_path / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("action", ["shuffle", "persist"])
def test_full_disk(full_disk: Path, tmp_path: Path, action: str) -> None:
    script = """
        import sys
        from sluice import Conf, Context, StorageLevel
        conf = Conf().set("sluice.memory", "2m").set("sluice.local.dirs", sys.argv[1])
        sc = Context("local[2]", conf=conf)
        def small(count):
            data = sc.parallelize(range(count), 4).map(lambda i: (i % 100, f"{i:01000}"))
            if sys.argv[2] == "persist":
                return data.persist(StorageLevel.MEMORY_AND_DISK).count()
            return sum(map(len, data.groupByKey(4).values().collect()))
        assert small(400) == 400
        try:
            print("counted", small(6000))
        except Exception as error:
            print("said:", error)
        assert small(400) == 400
        """
    with Driver(script, full_disk, action) as driver:
        said = driver.finish()
    assert "no local directory can take spilled bytes: bytes=" in said
    assert f"[directory={full_disk}/sluice-spill-" in said
    assert "free some space or name another local directory" in said
    assert "a task was lost 4 times: " in said
    with Driver(script, f"{full_disk},{tmp_path / 'large'}", action) as driver:
        assert "counted 6000" in driver.finish()
    assert list(full_disk.iterdir()) == list((tmp_path / "large").iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    script = """
        import sys, time
        from sluice import Conf, Context, StorageLevel
        sc = Context("local[2]", conf=Conf().set("sluice.local.dirs", sys.argv[1]))
        rdd = sc.parallelize(range(1000), 4).persist(StorageLevel.DISK_ONLY)
        assert rdd.sum() == 499500
        print("jvm", sc._engine().pid, flush=True)
        if sys.argv[2:]:
            time.sleep(60)
        """
    with Driver(script, tmp_path, "wait") as driver:
        (pid,) = driver.numbers("jvm")
        with Driver(script, tmp_path) as beside:
            beside.finish()
        assert len(kept([tmp_path])) == 4, "what a living run has stays"
        os.kill(pid, signal.SIGKILL)
        driver.process.kill()
        driver.process.wait()
    assert len(kept([tmp_path])) == 4
    with Driver(script, tmp_path) as after:
        after.finish()
    assert list(tmp_path.iterdir()) == []
