# SPDX-License-Identifier: Apache-2.0
"""What user code starts and does not end: forks, children, threads, generators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sluice import Context
from tests.support.waiting import alive, eventually, gone


def workers(sc: Context) -> list[int]:
    return list(sc._engine().call("workers")["workers"])


def pids(directory: Path, name: str = "*") -> list[int]:
    return [int(path.name.rpartition("-")[2]) for path in directory.glob(name)]


def test_fork_that_returns_into_our_loop(sc: Context, tmp_path: Path) -> None:
    def forks(items: Iterator[int]) -> Iterator[int]:
        import os

        for item in items:
            if item % 10 == 5:
                child = os.fork()
                if child == 0:
                    (tmp_path / f"child-{os.getpid()}").touch()
                else:
                    # Both go on; only the worker itself speaks with the JVM.
                    os.waitpid(child, 0)
            yield item

    # Neither the child's copy of what has gathered nor what it computes itself may arrive.
    for _ in range(3):
        assert sc.parallelize(range(100), 4).mapPartitions(forks).collect() == list(range(100))
    children = pids(tmp_path)
    # One for each such number; a child that runs on forks as well, until a batch is full and it is found out.
    assert 3 * 10 <= len(children) <= 3 * (3 + 7 + 3 + 7)
    gone(*children)


def test_fork_that_raises_in_the_child(sc: Context, tmp_path: Path) -> None:
    def forks(x: int) -> int:
        import os

        child = os.fork()
        if child == 0:
            (tmp_path / f"child-{os.getpid()}").touch()
            raise ValueError("only in the child")
        os.waitpid(child, 0)
        return x

    assert sc.parallelize(range(4), 2).map(forks).collect() == [0, 1, 2, 3]
    gone(*pids(tmp_path))


def test_fork_that_reads_input_in_the_child(sc: Context) -> None:
    def forks(items: Iterator[tuple[int, int]]) -> Iterator[Any]:
        import os

        first = next(items)
        if os.fork() == 0:
            list(items)
            os._exit(7)
        os.wait()
        yield first
        yield from items

    pairs = [(x % 5, x) for x in range(50_000)]
    kept = sc.parallelize(pairs, 2).mapPartitions(forks)
    assert kept.collect() == pairs


def test_child_that_outlives_its_task(sc: Context, tmp_path: Path) -> None:
    def leaves(split: int, items: Iterator[int]) -> Iterator[int]:
        import os
        import subprocess
        import time

        plain = subprocess.Popen(["sleep", "1000"])
        session = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        read, write = os.pipe()
        if os.fork() == 0:
            # A daemon, as it is made by the book: its parent is gone, its session its own.
            os.setsid()
            daemon = os.fork()
            if daemon == 0:
                os.write(write, f"{os.getpid()}".encode())
                time.sleep(1000)
            os._exit(0)
        os.wait()
        for pid in (plain.pid, session.pid, int(os.read(read, 20))):
            (tmp_path / f"{split}-{pid}").touch()
        (tmp_path / f"worker{split}-{os.getpid()}").touch()
        os.close(read)
        os.close(write)
        return items

    assert sc.parallelize(range(4), 2).mapPartitionsWithIndex(leaves).collect() == [0, 1, 2, 3]
    # The task's worker retires, and takes along what it started.
    gone(*pids(tmp_path))
    assert len(pids(tmp_path)) == 8


def test_multiprocessing_in_a_task(sc: Context) -> None:
    def pooled(items: Iterator[int]) -> Iterator[int]:
        import multiprocessing
        import operator

        with multiprocessing.get_context("fork").Pool(2) as pool:
            yield from pool.map(operator.neg, list(items))

    assert sc.parallelize(range(20), 2).mapPartitions(pooled).collect() == [-x for x in range(20)]


def test_daemonic_thread_that_reads_the_input_later(sc: Context, tmp_path: Path) -> None:
    def thief(split: int, items: Iterator[Any]) -> Iterator[Any]:
        import os
        import threading
        import time

        def steal() -> None:
            while not (tmp_path / "go").exists():
                time.sleep(0.001)
            try:
                found = sum(1 for _ in items)
            except BaseException as error:
                found = str(error)  # type: ignore[assignment]
            (tmp_path / "part").write_text(f"{found}")
            (tmp_path / "part").rename(tmp_path / "stolen")

        if split == 0:
            threading.Thread(target=steal, daemon=True).start()
            (tmp_path / f"thief-{os.getpid()}").touch()
            return iter([next(items)])
        return items

    # Through a shuffle, so that the input comes from the JVM as it is asked for.
    pairs = [(x, "y" * 100) for x in range(20_000)]
    shuffled = _by_hash(sc, pairs)
    first = sc.runJob(shuffled.mapPartitionsWithIndex(thief), list, [0]) if hasattr(sc, "runJob") else None
    assert first is not None
    assert len(first) == 1
    (tmp_path / "go").touch()
    # Whatever it read, the next task in the same worker sees its own data, whole.
    for _ in range(3):
        assert sorted(shuffled.collect()) == pairs
    stolen = eventually((tmp_path / "stolen").exists) and (tmp_path / "stolen").read_text()
    assert "after the task had ended" in str(stolen) or int(str(stolen)) < 20_000


def _by_hash(sc: Context, pairs: list[Any]) -> Any:
    rdd = sc.parallelize(pairs, 2)
    return rdd.partitionBy(2)


def test_thread_that_is_not_daemonic_retires_its_worker(sc: Context, tmp_path: Path) -> None:
    def starts(items: Iterator[int]) -> Iterator[int]:
        import os
        import threading
        import time

        threading.Thread(target=time.sleep, args=(1000,), name="mine").start()
        (tmp_path / f"worker-{os.getpid()}").touch()
        return items

    assert sc.parallelize(range(4), 2).mapPartitions(starts).collect() == [0, 1, 2, 3]
    gone(*pids(tmp_path))
    assert not set(pids(tmp_path)) & set(workers(sc))


def test_generator_that_was_left_half_way(sc: Context, tmp_path: Path) -> None:
    def first_two(items: Iterator[Any]) -> Iterator[Any]:
        import sys

        # Kept in a module's globals, which stay on purpose: it lives longer than its task.
        sys.modules["sys"].__dict__["kept"] = items
        yield next(items)
        yield next(items)

    pairs = [(x, "y" * 100) for x in range(20_000)]
    shuffled = _by_hash(sc, pairs)
    for _ in range(3):
        assert len(shuffled.mapPartitions(first_two).collect()) == 4
        assert sorted(shuffled.collect()) == pairs

    def kept(items: Iterator[Any]) -> Iterator[str]:
        import sys

        # One worker may have run both tasks, so that the other keeps nothing.
        left = sys.modules["sys"].__dict__.pop("kept", None)
        try:
            if left is not None:
                yield str(sum(1 for _ in left))
        except RuntimeError as error:
            yield str(error)

    # At once, so that both workers are asked.
    answers = sc.parallelize([1, 2], 2).barrier().mapPartitions(kept).collect()
    assert answers
    for said in answers:
        assert "after the task had ended" in said or int(said) < 20_000, said


def test_worker_with_a_living_daemonic_thread_is_kept(sc: Context) -> None:
    def starts(items: Iterator[int]) -> Iterator[int]:
        import os
        import threading
        import time

        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        yield os.getpid()

    for pid in sc.parallelize(range(2), 2).mapPartitions(starts).collect():
        assert alive(pid)
        assert pid in workers(sc)
    for pid in workers(sc):
        import os
        import signal

        os.kill(pid, signal.SIGKILL)
