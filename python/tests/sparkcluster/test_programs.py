# SPDX-License-Identifier: Apache-2.0
"""Programs on a real cluster of Spark: what they have on the engine in the driver's JVM, they have there."""

from __future__ import annotations

import os
import re
import shutil
import urllib.request
import zipfile
from collections.abc import Iterator
from operator import add
from pathlib import Path

import pytest

from sluice import Context, StorageLevel, TaskContext, gateway
from sluice.errors import JobError, UnsupportedError
from sluice.files.sparkfiles import SparkFiles
from sluice.pyspark.session import SparkSession
from tests.support.sparkclusters import WORKERS, SparkCluster
from tests.support.waiting import eventually


def test_it_runs_where_spark_says(spark: SparkCluster, context: Context) -> None:
    assert (context.master, context.appName) == (spark.master, "tests on Spark")
    assert context.applicationId.startswith("app-")
    parents = context.range(6, numSlices=6).map(lambda _: os.getppid()).distinct().collect()
    assert set(parents) <= set(spark.pythons())
    assert len(spark.executors()) == WORKERS
    # Nothing of it runs below the driver's JVM.
    assert context.uiWebUrl is not None
    with urllib.request.urlopen(f"{context.uiWebUrl}/api/v1/applications", timeout=30) as told:
        assert context.applicationId in told.read().decode()


def test_word_count(context: Context, tmp_path: Path) -> None:
    words = tmp_path / "some words"
    words.mkdir()
    for name, text in {"a.txt": "one two\ntwo", "b.txt": "three three three\n\n"}.items():
        (words / name).write_text(text)
    counts = context.textFile(str(words), 4).flatMap(str.split).map(lambda word: (word, 1)).reduceByKey(add)
    assert dict(counts.collect()) == {"one": 1, "two": 2, "three": 3}
    written = tmp_path / "written"
    counts.sortByKey().map(lambda pair: "{}={}".format(*pair)).coalesce(1).saveAsTextFile(str(written))
    assert sorted(os.listdir(written)) == ["_SUCCESS", "part-00000"]
    assert (written / "part-00000").read_text() == "one=1\nthree=3\ntwo=2\n"


def test_shuffles_keep_every_record(context: Context) -> None:
    numbers = context.parallelize([(n % 100, n) for n in range(5000)], 5)
    assert numbers.reduceByKey(add).map(lambda pair: pair[1]).sum() == sum(range(5000))
    grouped = numbers.groupByKey(4).mapValues(sorted).collectAsMap()
    assert grouped[7] == list(range(7, 5000, 100))
    squares = context.parallelize([(n, n * n) for n in range(0, 100, 9)], 2)
    joined = squares.join(numbers.filter(lambda pair: pair[1] < 100), 3).collectAsMap()
    assert joined == {n: (n * n, n) for n in range(0, 100, 9)}
    left = squares.leftOuterJoin(context.parallelize([(0, "none")])).collectAsMap()
    assert (left[0], left[9]) == ((0, "none"), (81, None))
    assert numbers.map(lambda pair: pair[1]).sortBy(lambda n: -n, numPartitions=3).take(3) == [
        4999,
        4998,
        4997,
    ]
    both = squares.keys().union(squares.keys().map(lambda n: n + 1)).distinct()
    assert both.count() == 24
    assert squares.keys().cartesian(context.parallelize("ab", 2)).count() == 24
    assert squares.keys().zip(squares.values()).collect() == squares.collect()


def test_a_large_collection_and_a_large_answer(context: Context) -> None:
    words = [f"word {n}" * 10 for n in range(60_000)]
    rdd = context.parallelize(words, 3)
    assert rdd.map(len).sum() == sum(map(len, words))
    assert rdd.collect() == words
    assert list(rdd.map(len).toLocalIterator()) == list(map(len, words))
    assert rdd.zipWithIndex().lookup(words[-1]) == [len(words) - 1]


def test_broadcasts_and_accumulators(context: Context) -> None:
    table = context.broadcast({n: n * n for n in range(1000)})
    seen = context.accumulator(0)

    def look(n: int) -> int:
        seen.add(1)
        return table.value[n]

    rdd = context.parallelize(range(1000), 4).map(look)
    assert (rdd.sum(), seen.value) == (sum(n * n for n in range(1000)), 1000)
    table.unpersist()
    assert (rdd.count(), seen.value) == (1000, 2000)
    table.destroy()


def test_a_broadcast_is_shared_by_the_workers_of_an_executor(context: Context) -> None:
    shared = context.broadcast(list(range(3_000_000)))
    last = shared.value[-1]
    found = context.range(8, numSlices=8).map(lambda n: shared.value[-1] - n).collect()
    assert found == [last - n for n in range(8)]
    # The driver's own file, by a second name: nothing was copied to executors of its machine.
    (near,) = Path("/dev/shm").glob(f"sluice-shared-*-{context.applicationId}/broadcast-{shared.id}")
    assert near.stat().st_nlink == 2
    shared.destroy()
    assert not near.exists()


def test_cached_and_checkpointed_partitions(context: Context, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()

    def noted(split: int, items: Iterator[int]) -> Iterator[int]:
        (runs / f"{split}-{os.urandom(4).hex()}").touch()
        return (n + 1 for n in items)

    cached = (
        context.range(30, numSlices=3).mapPartitionsWithIndex(noted).persist(StorageLevel.MEMORY_AND_DISK)
    )
    assert [cached.count(), cached.sum(), cached.max()] == [30, 465, 30]
    assert len(list(runs.iterdir())) == 3
    cached.unpersist()
    context.setCheckpointDir(str(tmp_path / "checkpoints"))
    kept = context.range(30, numSlices=3).mapPartitionsWithIndex(noted)
    kept.checkpoint()
    assert kept.count() == 30
    assert kept.isCheckpointed()
    before = len(list(runs.iterdir()))
    assert kept.map(lambda n: n * 2).sum() == 930
    assert len(list(runs.iterdir())) == before


def test_take_stops_early(context: Context) -> None:
    assert context.range(10**9, numSlices=4).map(lambda n: n + 1).take(5) == [1, 2, 3, 4, 5]
    assert context.range(10**9, numSlices=4).first() == 0
    assert not context.range(10, numSlices=2).filter(lambda n: n > 5).isEmpty()


def test_files_archives_and_modules_are_where_tasks_run(context: Context, tmp_path: Path) -> None:
    data, tree, module = tmp_path / "some data.txt", tmp_path / "tree", tmp_path / "shipped_module.py"
    data.write_text("some data")
    (tree / "below").mkdir(parents=True)
    (tree / "below" / "leaf").write_text("leaf")
    module.write_text("ANSWER = 42\n")
    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("shipped_package/__init__.py", "NAME = 'package'\n")
    archived = shutil.make_archive(str(tmp_path / "archived"), "gztar", tree)
    context.addFile(str(data))
    context.addFile(str(tree), recursive=True)
    context.addArchive(f"{archived}#unpacked")
    context.addPyFile(str(module))
    context.addPyFile(str(package))
    shutil.rmtree(tmp_path)
    own = str(context._added.root)

    def read(_: int) -> tuple[object, ...]:
        import shipped_module
        import shipped_package

        paths = [SparkFiles.get(name) for name in ("some data.txt", "tree/below/leaf", "unpacked/below/leaf")]
        assert not any(path.startswith(own) for path in paths), paths
        assert not shipped_module.__file__.startswith(own)
        return (*(Path(path).read_text() for path in paths), shipped_module.ANSWER, shipped_package.NAME)

    expected = ("some data", "leaf", "leaf", 42, "package")
    assert context.range(4, numSlices=4).map(read).distinct().collect() == [expected]
    assert Path(SparkFiles.get("some data.txt")).read_text() == "some data"


def test_an_exception_comes_with_its_traceback(context: Context) -> None:
    def breaks(n: int) -> float:
        return 1 / (n - 7)

    with pytest.raises(JobError, match="ZeroDivisionError: division by zero") as caught:
        context.range(10, numSlices=2).map(breaks).collect()
    assert re.search(r"in breaks\n\s+return 1 / \(n - 7\)", str(caught.value))
    assert "partition=1" in str(caught.value) or "partition 1" in str(caught.value)
    assert context.range(3).map(breaks).count() == 3


def test_tasks_know_where_they_are(context: Context) -> None:
    def known(_: int) -> tuple[int, int, str | None]:
        own = TaskContext.get()
        assert own is not None
        return own.partitionId(), own.attemptNumber(), own.getLocalProperty("a property")

    context.setLocalProperty("a property", "its value")
    assert context.range(3, numSlices=3).map(known).collect() == [(n, 0, "its value") for n in range(3)]
    context.setLocalProperty("a property", None)


def test_a_barrier_waits_for_all(context: Context) -> None:
    from sluice.barrier import BarrierTaskContext

    def gathered(items: Iterator[int]) -> Iterator[list[str]]:
        yield BarrierTaskContext.get().allGather(str(sum(items)))

    assert context.range(4, numSlices=WORKERS).barrier().mapPartitions(gathered).collect() == [["1", "5"]] * 2


def test_a_job_that_is_cancelled_ends(context: Context, tmp_path: Path) -> None:
    import threading

    from sluice.errors import JobCancelledError

    started = tmp_path / "started"
    failures: list[BaseException] = []

    def sleeps(n: int) -> int:
        import time

        started.touch()
        time.sleep(600)
        return n

    def run() -> None:
        context.setJobGroup("asleep", "sleeps")
        try:
            context.range(2, numSlices=2).map(sleeps).collect()
        except JobCancelledError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    eventually(started.exists, seconds=60)
    context.cancelJobGroup("asleep")
    thread.join(60)
    assert len(failures) == 1
    assert context.range(10, numSlices=2).sum() == 45


def test_frames_name_the_way_out(context: Context) -> None:
    session = SparkSession(context)
    for frame in (
        lambda: session.createDataFrame([(1, "a")], ["n", "t"]),
        lambda: session.range(3),
        lambda: session.sql("select 1"),
        lambda: session.read.json("somewhere"),
        lambda: context.range(3).map(lambda n: (n,)).toDF(["n"]),
    ):
        with pytest.raises(UnsupportedError, match=r"spark\.python\.daemon\.module=sluice\.spark\.daemon"):
            frame()


def test_settings_reach_spark(context: Context) -> None:
    jvm = gateway._gateways[-1].pid
    line = Path(f"/proc/{jvm}/cmdline").read_text()
    assert "SparkSubmit" in line
    # What others can see has no settings but for the name of the file that they are in.
    assert "spark.executor.memory" not in line
