# SPDX-License-Identifier: Apache-2.0
"""Output directories appear whole or not at all, whoever is killed and whatever the disk does."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import CorruptDataError, JobError, OutputExistsError
from sluice.files.outputdirectory import OutputDirectory
from sluice.rdd import RDD
from tests.support.drivers import Driver
from tests.support.waiting import eventually

SAVES: dict[str, Callable[[RDD[Any], str], None]] = {
    "text": lambda rdd, path: rdd.map(str).saveAsTextFile(path),
    "gzip": lambda rdd, path: rdd.map(str).saveAsTextFile(path, "org.apache.hadoop.io.compress.GzipCodec"),
    "bzip2": lambda rdd, path: rdd.map(str).saveAsTextFile(path, "org.apache.hadoop.io.compress.BZip2Codec"),
    "zstd": lambda rdd, path: rdd.map(str).saveAsTextFile(
        path, "org.apache.hadoop.io.compress.ZStandardCodec"
    ),
    "deflate": lambda rdd, path: rdd.map(str).saveAsTextFile(
        path, "org.apache.hadoop.io.compress.DefaultCodec"
    ),
    "pickle": lambda rdd, path: rdd.saveAsPickleFile(path),
    "sequence": lambda rdd, path: rdd.map(lambda x: (x, str(x))).saveAsSequenceFile(path),
}
READS: dict[str, Callable[[Context, str], Any]] = {
    "pickle": lambda sc, path: sc.pickleFile(path).collect(),
    "sequence": lambda sc, path: [key for key, _ in sc.sequenceFile(path).collect()],
}


def read(sc: Context, kind: str, path: Path) -> list[int]:
    if kind in READS:
        found: list[int] = READS[kind](sc, str(path))
        return found
    return sc.textFile(str(path)).map(int).collect()


@pytest.mark.parametrize("kind", SAVES)
def test_a_killed_worker_is_tried_again_and_written_once(sc: Context, tmp_path: Path, kind: str) -> None:
    flag = tmp_path / "flag"

    def die_once(split: int, items: Iterator[int]) -> Iterator[int]:
        for item in items:
            if item == 1500 and not flag.exists():
                flag.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "written"
    SAVES[kind](sc.range(2000, numSlices=2).mapPartitionsWithIndex(die_once), str(out))
    assert flag.exists()
    assert read(sc, kind, out) == list(range(2000))
    names = os.listdir(out)
    assert len([name for name in names if name.startswith("part-")]) == 2
    # No file of the attempt that was killed, and no directory of the job's own.
    assert not [name for name in names if name.startswith(".") and not name.endswith(".crc")]
    assert os.listdir(tmp_path / "out") == ["written"]


RETRIED = """
    import os, sys
    from sluice import Context

    flag, out, master = sys.argv[1:]

    def once(split, items):
        for item in items:
            if item == 700 and not os.path.exists(flag):
                open(flag, "w").close()
                raise ValueError("only this once")
            yield item

    with Context(master) as sc:
        sc.range(1000, numSlices=2).mapPartitionsWithIndex(once).saveAsTextFile(out)
        print("items", sc.textFile(out).map(int).sum(), *sorted(os.listdir(out)))
"""


def test_a_task_that_raises_is_tried_as_often_as_the_master_says(tmp_path: Path) -> None:
    flag, out = tmp_path / "flag", tmp_path / "out"
    with Driver(RETRIED, flag, out, "local[2]") as driver:
        assert "ValueError: only this once" in driver.finish(1)
    assert os.listdir(tmp_path) == ["flag"]
    flag.unlink()
    with Driver(RETRIED, flag, out, "local[2,2]") as driver:
        assert "items 499500 _SUCCESS part-00000 part-00001" in driver.finish().splitlines()


@pytest.mark.parametrize("kind", SAVES)
def test_a_failing_job_leaves_nothing(sc: Context, tmp_path: Path, kind: str) -> None:
    with pytest.raises(JobError, match="ZeroDivisionError"):
        SAVES[kind](sc.range(100, numSlices=2).map(lambda x: x // (99 - x)), str(tmp_path / "deep" / "out"))
    assert os.listdir(tmp_path / "deep") == []


def test_a_killed_driver_leaves_no_directory_and_what_it_wrote_is_swept(sc: Context, tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = """
        import sys, time
        from sluice import Context

        def slow(split, items):
            for item in items:
                if item % 1000 == 999:
                    time.sleep(0.3)
                yield "x" * 1000

        print("ready", flush=True)
        Context("local[2]").range(100_000, numSlices=2).mapPartitionsWithIndex(slow).saveAsTextFile(sys.argv[1])
    """
    with Driver(script, out) as driver:
        eventually(lambda: list(tmp_path.glob(".out.sluice-*/.part-*")))
        driver.process.kill()
        driver.process.wait()
        eventually(driver.pids, lambda pids: not pids)
    assert not out.exists()
    assert list(tmp_path.glob(".out.sluice-*"))
    sc.parallelize(["a"], 1).saveAsTextFile(str(out))
    assert os.listdir(tmp_path) == ["out"]
    assert sorted(os.listdir(out)) == ["_SUCCESS", "part-00000"]


def test_what_a_living_program_writes_is_not_swept(sc: Context, tmp_path: Path) -> None:
    other = OutputDirectory(str(tmp_path / "other"))
    sc.parallelize(["a"], 1).saveAsTextFile(str(tmp_path / "out"))
    assert os.path.isdir(other.staging)
    other.commit(set(), success=True)
    assert os.listdir(tmp_path / "other") == ["_SUCCESS"]


def test_nothing_that_is_there_is_replaced(sc: Context, tmp_path: Path) -> None:
    rdd = sc.parallelize(["a"], 1)
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("directory", "file", "link"):
        for save in ("saveAsTextFile", "saveAsPickleFile"):
            with pytest.raises(
                OutputExistsError, match=rf"Output directory file:{tmp_path}/{name} already exists"
            ):
                getattr(rdd, save)(str(tmp_path / name))
    # Made by somebody else while the job ran.
    late = tmp_path / "late"

    def make(item: str) -> str:
        late.mkdir(exist_ok=True)
        (late / "theirs").write_text("kept")
        return item

    with pytest.raises(OutputExistsError, match="late already exists"):
        rdd.map(make).saveAsTextFile(str(late))
    assert os.listdir(late) == ["theirs"]
    assert sorted(os.listdir(tmp_path)) == ["directory", "file", "late", "link"]


def test_a_directory_that_cannot_be_made(sc: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JobError, match=rf"Mkdirs failed to create file:{tmp_path}/file/out .*reason="):
        sc.parallelize(["a"], 1).saveAsTextFile(str(tmp_path / "file" / "out"))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB. Mounting needs root; for root, a mount that fails is a failed test."""
    if os.getuid() != 0:
        pytest.skip("mounting a tmpfs needs root: uid is not 0")
    disk = tmp_path / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
    yield disk
    # Busy for as long as a task that is being cancelled has a file open.
    eventually(lambda: subprocess.run(["umount", disk]).returncode, lambda code: code == 0)


@pytest.mark.parametrize("kind", SAVES)
@pytest.mark.parametrize("size", [300_000, 262_000])
def test_a_full_disk_is_an_error_and_is_empty_again(sc: Context, small: Path, kind: str, size: int) -> None:
    """The second size fits but for a few bytes: what is buffered to the end must not get lost."""
    rdd = sc.range(2, numSlices=2)
    # Digits that no codec makes small.
    noisy = rdd.flatMap(lambda n: _digits(n, size))
    with pytest.raises(
        JobError, match=rf"OutputError: cannot write output \(file={small}/.*No space left on device"
    ):
        SAVES[kind](noisy, str(small / "out"))
    assert os.listdir(small) == []
    # The task beside the one that failed may still be on its way to its end; this stage needs both places.
    sc.range(2, numSlices=2).barrier().mapPartitions(list).count()
    eventually(lambda: os.statvfs(small), lambda found: found.f_bfree == found.f_blocks)
    SAVES[kind](rdd, str(small / "out"))
    assert read(sc, kind, small / "out") == [0, 1]


def _digits(seed: int, size: int) -> list[int]:
    import random

    rng = random.Random(seed)
    return [rng.getrandbits(30) for _ in range(size // 8)]


@pytest.mark.parametrize("kind", ["pickle", "sequence"])
def test_a_file_that_lost_its_end_is_an_error(sc: Context, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    SAVES[kind](sc.range(5000, numSlices=1), str(out))
    part = out / "part-00000"
    whole = part.read_bytes()
    for length in (0, 512, len(whole) // 1024 * 512, len(whole) - 1):
        part.write_bytes(whole[:length])
        with pytest.raises(JobError, match=rf"{CorruptDataError.__name__}: .*{part}") as caught:
            read(sc, kind, out)
        assert "offset=" in str(caught.value) or "bytes=" in str(caught.value)
