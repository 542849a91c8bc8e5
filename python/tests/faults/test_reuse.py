# SPDX-License-Identifier: Apache-2.0
"""When a worker is used again and when it is not, by its process id."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import BroadcastError, JobCancelledError, JobError
from tests.support.waiting import alive, eventually, gone


def pid(items: Iterator[Any]) -> Iterator[int]:
    import os

    yield os.getpid()


pid.__module__ = "__main__"


def workers(sc: Context) -> set[int]:
    return set(sc._engine().call("workers")["workers"])


def forks(sc: Context) -> int:
    return int(sc._engine().call("workers")["forks"])


@pytest.mark.smoke
def test_workers_keep_their_pid_over_tasks_and_jobs(sc: Context) -> None:
    sc.parallelize(range(100), 100).mapPartitions(pid).collect()
    before = forks(sc)
    for _ in range(20):
        assert set(sc.parallelize(range(10), 10).mapPartitions(pid).collect()) <= workers(sc)
    assert forks(sc) == before
    assert len({sc.parallelize([1], 1).mapPartitions(pid).collect()[0] for _ in range(20)}) == 1


def test_a_worker_loads_a_broadcast_once(sc: Context) -> None:
    class Counts:
        """Says when it is unpickled."""

        def __init__(self) -> None:
            self.loads = 0

        def __setstate__(self, state: Any) -> None:
            import builtins

            loads = builtins.__dict__.setdefault("sluice_test_loads", [0])
            loads[0] += 1
            self.loads = loads[0]

        def __getstate__(self) -> Any:
            return {"loads": 0}

    value = sc.broadcast(Counts())

    def loads(items: Iterator[int]) -> Iterator[tuple[int, int]]:
        import os

        yield os.getpid(), value.value.loads

    found = set()
    for _ in range(5):
        found |= set(sc.parallelize(range(10), 10).mapPartitions(loads).collect())
    # One count for each process, however often it was used.
    assert len(found) == len({process for process, _ in found})
    value.unpersist()
    process, again = sc.parallelize([1], 1).mapPartitions(loads).collect()[0]
    assert (process, again - 1) in found
    value.destroy()


def test_a_user_exception_leaves_the_pool_whole(sc: Context) -> None:
    def raises(x: int) -> int:
        if x == 3:
            raise ValueError("bad")
        return x

    sc.parallelize(range(8), 8).mapPartitions(pid).collect()
    before, count = workers(sc), forks(sc)
    for _ in range(10):
        with pytest.raises(JobError, match="ValueError: bad"):
            sc.parallelize(range(8), 4).map(raises).collect()
        assert sc.parallelize(range(8), 4).count() == 8
    assert workers(sc) == before
    assert forks(sc) == count


def test_take_leaves_the_worker_in_use(sc: Context) -> None:
    text = sc.parallelize(range(200_000), 2).map(lambda x: "x" * 50 + str(x))
    assert text.take(1) == ["x" * 50 + "0"]
    before, count = workers(sc), forks(sc)
    for _ in range(10):
        assert len(text.take(3)) == 3
        assert len(text.keyBy(len).partitionBy(2).take(3)) == 3
    assert workers(sc) == before
    assert forks(sc) == count


def test_a_cancelled_worker_is_not_used_again(sc: Context, tmp_path: Path) -> None:
    def stuck(items: Iterator[int]) -> Iterator[int]:
        import os

        (tmp_path / f"part-{os.getpid()}").touch()
        (tmp_path / f"part-{os.getpid()}").rename(tmp_path / f"stuck-{os.getpid()}")
        time.sleep(1000)
        return items

    def cancel() -> None:
        eventually(lambda: list(tmp_path.glob("stuck-*")))
        sc.cancelJobGroup("doomed")

    canceller = threading.Thread(target=cancel)
    canceller.start()
    sc.setJobGroup("doomed", "never ends")
    try:
        with pytest.raises(
            JobCancelledError, match=r"job was cancelled: job group was cancelled: group=doomed job=\d+"
        ):
            sc.parallelize([1], 1).mapPartitions(stuck).collect()
    finally:
        sc.setLocalProperty("spark.jobGroup.id", None)
        canceller.join()
    (victim,) = (int(path.name.split("-")[1]) for path in tmp_path.glob("stuck-*"))
    gone(victim)
    eventually(lambda: victim not in workers(sc))


def test_a_worker_that_leaves_its_stream_inside_a_frame_is_not_used_again(sc: Context) -> None:
    def connection() -> Any:
        import sys

        frame: Any = sys._getframe()
        while not hasattr(frame.f_locals.get("self"), "_connection"):
            frame = frame.f_back
        return frame.f_locals["self"]._connection

    def cuts(items: Iterator[int]) -> Iterator[int]:
        from sluice.worker import wire

        # What a bug in C code might do: half a frame on the connection that carries the task's results.
        connection().sock.sendall(wire.pack(wire.DATA, 0, b"x" * 100)[:50])
        return items

    with pytest.raises(JobError) as caught:
        sc.parallelize([1], 1).mapPartitions(cuts).collect()
    assert re.search(
        r"a task was lost 4 times: worker lost: pid=\d+ was ended, since its stream broke: unknown frame type: code=",
        str(caught.value),
    )
    assert sc.parallelize(range(4), 2).sum() == 6

    def garbles(items: Iterator[int]) -> Iterator[int]:
        connection().sock.sendall(b"\xff" * 64)
        return items

    with pytest.raises(JobError) as caught:
        sc.parallelize([1], 1).mapPartitions(garbles).collect()
    assert "was ended, since its stream broke: unknown frame type: code=" in str(caught.value)
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("size", [10, 2_000_000])
def test_a_destroyed_broadcast_never_answers_with_its_old_value(sc: Context, size: int) -> None:
    # The larger one is unpickled in a generation, from which the workers inherit it.
    data = list(range(size))
    for turn in range(3):
        value = sc.broadcast((turn, data))
        reads = sc.parallelize(range(4), 4).map(lambda x, value=value: value.value[0])
        assert reads.collect() == [turn] * 4
        held = value.id
        value.destroy()
        with pytest.raises(
            BroadcastError, match=rf"Attempted to use Broadcast\({held}\) after it was destroyed"
        ):
            reads.collect()

        def sneaks(x: int, held: int = held) -> Any:
            from sluice.broadcast import WorkerBroadcast

            return WorkerBroadcast(held).value

        with pytest.raises(JobError, match=rf"unknown broadcast: id={held}; it was destroyed"):
            sc.parallelize([1], 1).map(sneaks).collect()
        other = sc.broadcast(turn + 100)
        assert other.id != held
        assert (
            sc.parallelize(range(4), 4).map(lambda x, other=other: other.value).collect() == [turn + 100] * 4
        )
        other.destroy()
    generations = sc._engine().call("workers")["zygotes"][1:]
    assert all(not alive(one) for one in generations) or size > 10


def test_a_broadcast_destroyed_while_a_task_reads_it(sc: Context, tmp_path: Path) -> None:
    value = sc.broadcast(bytes(100_000))

    def reads(x: int) -> int:
        (tmp_path / "reading").touch()
        while not (tmp_path / "destroyed").exists():
            time.sleep(0.001)
        return len(value.value)

    found: list[Any] = []

    def run() -> None:
        try:
            found.extend(sc.parallelize([1], 1).map(reads).collect())
        except JobError as error:
            found.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    eventually(lambda: (tmp_path / "reading").exists())
    value.destroy()
    (tmp_path / "destroyed").touch()
    thread.join()
    # The whole value, or an error; never a wrong one.
    assert found == [100_000] or "No such file" in found[0] or "unknown broadcast" in found[0]
