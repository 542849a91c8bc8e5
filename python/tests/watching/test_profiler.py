# SPDX-License-Identifier: Apache-2.0
"""Profilers see what functions do in the workers: each RDD's, each partition once, whatever retries there were."""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Conf, Context
from sluice.errors import ContextError, UnsupportedError
from sluice.profiler import MemUsageParam, Profiler, PStatsParam


def double(x: int) -> int:
    return x + x


def profiling(**settings: str) -> Conf:
    conf = Conf().set("spark.python.profile", "true")
    for name, value in settings.items():
        conf.set(name.replace("_", "."), value)
    return conf


@pytest.fixture
def sc() -> Iterator[Context]:
    with Context("local[2,2]", "profiling", conf=profiling()) as context:
        yield context
        # What is left would be printed when the tests end.
        assert context.profiler_collector is not None
        context.profiler_collector.profilers = []


def calls(sc: Context, function: str) -> dict[int, int]:
    """How often a function was called, by RDD."""
    assert sc.profiler_collector is not None
    found = {}
    for id_, profiler, _ in sc.profiler_collector.profilers:
        stats = profiler.stats()
        for (_, _, name), (_, count, *_) in stats.stats.items() if stats else ():
            if name == function:
                found[id_] = found.get(id_, 0) + count
    return found


def test_every_call_in_every_partition_is_seen(sc: Context) -> None:
    rdd = sc.parallelize(range(100), 7).map(double)
    assert rdd.sum() == 9900
    assert list(calls(sc, "double").values()) == [100]
    assert rdd.collect()[-1] == 198
    assert calls(sc, "double")[rdd.id()] == 100


def test_two_actions_on_one_rdd_add_up(sc: Context) -> None:
    rdd = sc.parallelize(range(10), 2).map(double)
    rdd.collect()
    rdd.collect()
    assert calls(sc, "double") == {rdd.id(): 20}


@pytest.mark.parametrize(
    ("derive", "function"),
    [
        (lambda rdd: rdd.mapPartitions(lambda it: [double(x) for x in it]), "double"),
        (lambda rdd: rdd.mapPartitionsWithIndex(lambda split, it: iter([double(split)])), "double"),
        (lambda rdd: rdd.map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: double(a) + b), "double"),
        (lambda rdd: rdd.map(lambda x: (double(x), x)).groupByKey(2), "double"),
        (lambda rdd: rdd.zip(rdd).map(lambda pair: double(pair[0])), "double"),
        (lambda rdd: rdd.map(double).union(rdd.map(double)), "double"),
        (lambda rdd: rdd.map(double).coalesce(1), "double"),
        (lambda rdd: rdd.map(double).cache(), "double"),
        (lambda rdd: rdd.sortBy(double), "double"),
    ],
    ids=["partitions", "index", "reduce", "group", "zip", "union", "coalesce", "cache", "sort"],
)
def test_functions_are_seen_wherever_they_run(
    sc: Context, derive: Callable[[Any], Any], function: str
) -> None:
    derive(sc.parallelize(range(20), 2)).count()
    assert sum(calls(sc, function).values()) > 0


def test_functions_that_run_in_foreach_are_seen(sc: Context) -> None:
    sc.parallelize(range(20), 2).foreach(double)
    assert list(calls(sc, "double").values()) == [20]
    sc.parallelize(range(20), 2).foreachPartition(lambda it: [double(x) for x in it])
    assert sum(calls(sc, "double").values()) == 40


def test_the_map_side_of_a_shuffle_is_an_rdd_of_its_own(sc: Context) -> None:
    shuffled = sc.parallelize(range(30), 3).map(lambda x: (double(x), 1)).groupByKey(2)
    counted = shuffled.mapValues(len)
    assert counted.count() == 30
    (mapped,) = calls(sc, "double")
    assert mapped not in (shuffled.id(), counted.id())
    assert calls(sc, "double") == {mapped: 30}


def test_retries_count_once(sc: Context, tmp_path: Path) -> None:
    def fail_once(x: int) -> int:
        marker = tmp_path / str(x)
        if not marker.exists():
            marker.touch()
            raise ValueError("once")
        return double(x)

    assert sc.parallelize([1, 2, 3], 3).map(fail_once).collect() == [2, 4, 6]
    assert list(calls(sc, "double").values()) == [3]
    assert list(calls(sc, "fail_once").values()) == [3]


def test_a_lost_worker_counts_once(sc: Context, tmp_path: Path) -> None:
    def die_once(x: int) -> int:
        marker = tmp_path / str(x)
        value = double(x)
        if x == 2 and not marker.exists():
            marker.touch()
            os._exit(1)
        return value

    assert sc.parallelize([1, 2, 3], 3).map(die_once).collect() == [2, 4, 6]
    assert list(calls(sc, "double").values()) == [3]


def test_shows_each_profile_once(sc: Context, capsys: pytest.CaptureFixture[str]) -> None:
    rdd = sc.parallelize(range(10), 2).map(double)
    rdd.collect()
    sc.show_profiles()
    printed = capsys.readouterr().out
    assert f"Profile of RDD<id={rdd.id()}>" in printed
    assert "(double)" in printed
    sc.show_profiles()
    assert capsys.readouterr().out == ""


def test_dumps_files_for_pstats(sc: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rdd = sc.parallelize(range(10), 2).map(double)
    rdd.collect()
    sc.dump_profiles(str(tmp_path / "new" / "directory"))
    read = pstats.Stats(str(tmp_path / "new" / "directory" / f"rdd_{rdd.id()}.pstats"))
    assert sum(count for (_, _, name), (_, count, *_) in read.stats.items() if name == "double") == 10  # type: ignore[attr-defined]
    sc.show_profiles()
    assert capsys.readouterr().out == ""


def test_frames_functions_are_refused(sc: Context) -> None:
    assert sc.profiler_collector is not None
    with pytest.raises(UnsupportedError, match="only functions of RDDs"):
        sc.profiler_collector.new_udf_profiler(sc)
    with pytest.raises(UnsupportedError, match="only functions of RDDs"):
        sc.profiler_collector.new_memory_profiler(sc)


class Counting(Profiler):
    """A profiler from the ground up: counts partitions."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._partitions = ctx.accumulator(0)
        self.shown: list[int] = []

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._partitions.add(1)
        return func(*args, **kwargs)

    def stats(self) -> dict[str, int]:
        return {"partitions": self._partitions.value}

    def show(self, id: int) -> None:
        self.shown.append(id)

    def dump(self, id: int, path: str) -> None:
        (Path(path) / f"{id}.txt").write_text(str(self.stats()))


def test_a_class_of_the_users_own_is_used(tmp_path: Path) -> None:
    with Context("local[2]", "own", conf=profiling(), profiler_cls=Counting) as sc:
        rdd = sc.parallelize(range(10), 5).map(double)
        rdd.collect()
        assert sc.profiler_collector is not None
        ((id_, profiler, _),) = sc.profiler_collector.profilers
        assert (id_, profiler.stats()) == (rdd.id(), {"partitions": 5})
        sc.show_profiles()
        assert profiler.shown == [rdd.id()]
        sc.dump_profiles(str(tmp_path))
        assert (tmp_path / f"{rdd.id()}.txt").read_text() == "{'partitions': 5}"


def test_nothing_is_profiled_unless_asked() -> None:
    with Context("local[1]", "plain") as sc:
        sc.parallelize([1], 1).map(double).collect()
        assert sc.profiler_collector is None
        with pytest.raises(ContextError, match=r"spark\.python\.profile"):
            sc.show_profiles()
        with pytest.raises(RuntimeError, match=r"spark\.python\.profile"):
            sc.dump_profiles("/nowhere")


def test_profiles_of_memory_leave_rdds_alone() -> None:
    conf = Conf().set("spark.python.profile.memory", "true")
    with Context("local[1]", "memory", conf=conf) as sc:
        assert sc.parallelize([1], 1).map(double).collect() == [2]
        assert sc.profiler_collector is not None
        assert sc.profiler_collector.profilers == []
        sc.show_profiles()


AT_EXIT = """
import sys
from sluice import Conf, Context

conf = Conf().set("spark.python.profile", "true")
if len(sys.argv) > 1:
    conf.set("spark.python.profile.dump", sys.argv[1])
with Context("local[1]", conf=conf) as sc:
    sc.parallelize([1, 2], 1).map(lambda x: x + 1).collect()
print("stopped")
"""


def test_what_was_not_shown_is_printed_or_dumped_at_exit(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", AT_EXIT, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    before, _, after = run().partition("stopped\n")
    assert before == ""
    assert after.count("Profile of RDD<id=") == 1
    assert run(str(tmp_path)) == "stopped\n"
    assert [path.name for path in tmp_path.iterdir()] == ["rdd_1.pstats"]


def test_stats_add_up_from_none() -> None:
    def stats() -> pstats.Stats:
        measured = cProfile.Profile()
        measured.runcall(double, 1)
        return pstats.Stats(measured)

    assert PStatsParam.zero(stats()) is None
    assert PStatsParam.addInPlace(None, None) is None
    only = stats()
    assert PStatsParam.addInPlace(None, only) is only
    assert PStatsParam.addInPlace(only, None) is only
    both = PStatsParam.addInPlace(only, stats())
    assert both is only
    assert both.total_calls == 2 * stats().total_calls  # type: ignore[attr-defined]


def test_memory_of_lines_adds_up() -> None:
    def of(*lines: Any) -> Any:
        return {"f.py": list(lines)}

    add = MemUsageParam.addInPlace
    assert MemUsageParam.zero(of()) is None
    assert add(None, of((1, None))) == of((1, None))
    assert add(of((1, None)), {}) == of((1, None))
    assert add(of((1, None), (2, (1.0, 5.0, 1))), of((2, (0.5, 6.0, 2)), (3, (1.0, 1.0, 1)))) == of(
        (1, None), (2, (1.5, 11.0, 3)), (3, (1.0, 1.0, 1))
    )
    assert add(of((1, None)), of((1, (1.0, 1.0, 1)))) == of((1, (1.0, 1.0, 1)))
    assert add(of((1, None)), {"g.py": [(1, None)]}) == {"f.py": [(1, None)], "g.py": [(1, None)]}
