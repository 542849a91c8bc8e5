# SPDX-License-Identifier: Apache-2.0
"""Large broadcasts are there once for all workers, tasks do not notice, and what is not safe is left to each worker."""

from __future__ import annotations

import os
import pickle
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.sparkdaemon.daemons import Daemon, Worker, lines, wait_for_line
from tests.sparkdaemon.tasks import Places, TaskError, answer, message, run
from tests.support import spark
from tests.support.waiting import alive, descendants, eventually, gone

SIZE = 60_000
#: Of a file with SIZE numbers, and more than a worker grows by one small task.
LIMIT = str(100_000)
PIDS = "(os.getpid(), os.getppid())"


def broadcast(place: Path, value: Any, name: str = "broadcast") -> str:
    path = place / name
    path.write_bytes(pickle.dumps(value, 5))
    return str(path)


def numbers(place: Path, name: str = "broadcast", count: int = 1) -> str:
    """A file that is larger than what a worker grows by in a few small tasks."""
    return broadcast(place, [set(range(SIZE * count)), b"\1" * 20_000_000], name)


def daemon(place: Path, **variables: str) -> Daemon:
    return Daemon(place, SLUICE_SPARK_SHARED_BYTES=LIMIT, **variables)


def open_worker(started: Daemon) -> Worker:
    worker = started.worker()
    assert worker.authenticate() == b"ok"
    return worker


def proportional(pid: int) -> int:
    """KiB of a process's memory, pages that are shared counted by their share."""
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))


def test_workers_share_one_copy_and_answer_alike(tmp_path: Path) -> None:
    path = broadcast(tmp_path, [bytes([i]) * 1_000_000 for i in range(100)])
    with daemon(tmp_path) as started:
        workers = [open_worker(started) for _ in range(3)]
        look = ("len(value[4].value)", "sum(map(len, value[4].value))", PIDS)
        answers = [run(worker, *look, added={4: path}) for worker in workers]
        assert [answer[:2] for answer in answers] == [[100, 100_000_000]] * 3
        pids, parents = zip(*(answer[2] for answer in answers), strict=True)
        (generation,) = set(parents)
        assert generation != started.process.pid
        assert sum(map(proportional, (*pids, generation))) < 2 * 100_000
        # The next task is the same process's; a process with the pid that Spark knows is there for each.
        assert run(workers[0], *look)[2] == (pids[0], generation)
        assert all(alive(worker.pid) for worker in workers)
        assert not {worker.pid for worker in workers} & set(pids)
        for worker in workers:
            worker.close()
        gone(*pids, *(worker.pid for worker in workers))
    assert lines(started) == []


def test_a_task_changes_its_own_copy(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as first, open_worker(started) as second:
        change = ("value[4].value[0].add(-1)", "len(value[4].value[0])")
        assert run(first, *change, added={4: path}) == [None, SIZE + 1]
        assert run(first, "-1 in value[4].value[0]") == [True]
        assert run(second, "-1 in value[4].value[0]", added={4: path}) == [False]


def test_a_value_that_comes_again_is_as_it_was(tmp_path: Path) -> None:
    """Spark takes a broadcast away for a stage without it; PySpark unpickles it anew after that."""
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        change = ("value[4].value[0].add(-1)", "len(value[4].value[0])", "os.getppid()")
        first = run(worker, *change, added={4: path})
        assert run(worker, "sorted(value)", removed=(4,)) == [[]]
        assert run(worker, "len(value[4].value[0])", "os.getppid()", added={4: path}) == [SIZE, first[2]]


@pytest.mark.parametrize("properties", [500, 100_000], ids=["long", "too long"])
def test_a_long_header_is_read_or_left(tmp_path: Path, properties: int) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        worker.file.write(message(Places({4: path}), ["len(value[4].value[0])", "os.getpid()"], properties))
        worker.file.flush()
        found = answer(worker)
        assert found[0] == SIZE
        assert (found[1] == worker.pid) == (properties == 100_000)
        assert run(worker, "len(value[4].value[0])", "os.getpid()") == found
        if properties == 100_000:
            wait_for_line(started, " left unread: ")


def test_broadcasts_come_and_go(tmp_path: Path) -> None:
    """Spark says what a worker has to add and to remove; both hold in a worker that took over."""
    large, other = numbers(tmp_path, "large"), numbers(tmp_path, "other", 2)
    small = broadcast(tmp_path, {"a": 1}, "small")
    with daemon(tmp_path) as started, open_worker(started) as worker:
        assert run(worker, "value[1].value", added={1: small}) == [{"a": 1}]
        os.unlink(small)
        # What was loaded cannot be loaded again: the task stays where it is.
        assert run(worker, "sorted(value)", "len(value[2].value[0])", added={2: large}) == [[1, 2], SIZE]
        assert run(worker, "value[1].value") == [{"a": 1}]
        assert run(worker, "sorted(value)", removed=(1, 2)) == [[]]
        ids = "sorted(value)", "len(value[5].value[0])", "os.getppid()"
        first = run(worker, *ids, added={5: other})
        assert first[:2] == [[5], 2 * SIZE]
        # A stage without it keeps the process, and so does the next with it.
        assert run(worker, "sorted(value)", "os.getppid()", removed=(5,)) == [[], first[2]]
        assert run(worker, *ids, added={5: other}) == first
        both = run(worker, "sorted(value)", "len(value[6].value[0])", "os.getppid()", added={6: large})
        assert both[:2] == [[5, 6], SIZE]
        assert both[2] != first[2]


def test_an_id_that_comes_back_has_its_new_value(tmp_path: Path) -> None:
    with daemon(tmp_path) as started, open_worker(started) as worker:
        assert run(worker, "len(value[1].value[0])", added={1: numbers(tmp_path, "a")}) == [SIZE]
        again = numbers(tmp_path, "b", 3)
        assert run(worker, "len(value[1].value[0])", added={1: again}, removed=(1,)) in ([3 * SIZE], [SIZE])


def test_killing_the_pid_that_spark_knows_kills_the_worker(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker, open_worker(started) as other:
        ((pid, _),) = run(worker, PIDS, added={4: path})
        run(other, "1", added={4: path})
        started.kill(worker.pid)
        gone(pid, worker.pid)
        assert worker.connection.recv(1) == b""
        assert run(other, "len(value[4].value[0])") == [SIZE]


@pytest.mark.parametrize("how", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_worker_that_ends_ends_its_connection(tmp_path: Path, how: str) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        ((pid, _),) = run(worker, PIDS, added={4: path})
        with pytest.raises(AssertionError, match="stream ended"):
            run(worker, how)
        gone(pid, worker.pid)


def test_the_nursery_and_its_generations_may_die(tmp_path: Path) -> None:
    path, other = numbers(tmp_path), numbers(tmp_path, "other")
    with daemon(tmp_path) as started, open_worker(started) as first, open_worker(started) as second:
        ((_, generation),) = run(first, PIDS, added={4: path})
        (parent,) = (pid for pid in descendants(started.process.pid) if generation in descendants(pid))
        os.kill(generation, signal.SIGKILL)
        gone(generation)
        assert run(first, "len(value[4].value[0])") == [SIZE]
        assert run(second, "len(value[4].value[0])", added={4: path}) == [SIZE]
        os.kill(parent, signal.SIGKILL)
        gone(parent)
        # From here on every worker helps itself.
        assert run(first, "len(value[5].value[0])", added={5: other}) == [SIZE]
        with open_worker(started) as third:
            assert run(third, "len(value[5].value[0])", added={5: other}) == [SIZE]


def test_nothing_is_left_when_the_daemon_is_killed(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    started = daemon(tmp_path)
    worker = open_worker(started)
    run(worker, "1", added={4: path})
    below = descendants(started.process.pid)
    assert len(below) == 4
    started.process.kill()
    started.process.wait()
    worker.close()
    gone(*below)
    started.stdin.close()
    started.stdout.close()


def test_nothing_is_left_when_spark_is_killed_in_mid_task(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        run(worker, "1", added={4: path})
        worker.file.write(message(Places({}), ["time.sleep(600)"]))
        worker.file.flush()
        # `with` closes the daemon's input as the kernel does for a JVM that was killed, and waits for all.
        assert len(descendants(started.process.pid)) == 4


VALUES = {
    "function": ("print", "class=builtins.print is not known to be plain data"),
    "class": ("__import__('threading').Barrier", "class=threading.Barrier is not known to be plain data"),
}


@pytest.mark.parametrize(("source", "said"), VALUES.values(), ids=VALUES)
def test_what_may_run_code_is_left_to_each_worker(tmp_path: Path, source: str, said: str) -> None:
    path = broadcast(tmp_path, [eval(source), b"\1" * 20_000_000])
    with daemon(tmp_path) as started, open_worker(started) as first, open_worker(started) as second:
        for worker in (first, second):
            ((pid, parent),) = run(worker, PIDS, added={4: path})
            assert (pid, parent) == (worker.pid, started.process.pid)
            assert run(worker, "len(value[4].value[1])") == [20_000_000]
        assert said in wait_for_line(started, "each worker unpickles a broadcast for itself: ")
    assert len(lines(started)) == 1


def test_one_that_is_left_to_each_worker_does_not_keep_another_from_being_shared(tmp_path: Path) -> None:
    unsafe, safe = broadcast(tmp_path, [print, b"\1" * 20_000_000], "unsafe"), numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        look = "[len(value[i].value[1]) for i in sorted(value)]"
        found = run(worker, look, PIDS, added={1: unsafe, 4: safe})
        assert found[0] == [20_000_000] * 2
        assert found[1][0] != worker.pid


@pytest.mark.parametrize("content", [b"", b"\x80\x05no pickle" * 20_000, pickle.dumps(b"1" * 200_000)[:-9]])
def test_a_broadcast_that_cannot_be_read_fails_as_pysparks(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken").write_bytes(content)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        with pytest.raises(TaskError) as told:
            run(worker, "value[4].value", added={4: str(tmp_path / "broken")})
        assert "load_from_path" in str(told.value)
        assert "sluice" not in str(told.value).replace(str(tmp_path), "")


def test_after_several_that_cannot_be_shared_none_is_tried(tmp_path: Path) -> None:
    paths = [broadcast(tmp_path, [print, i, b"\1" * 20_000_000], f"b{i}") for i in range(4)]
    with daemon(tmp_path) as started:
        for number, path in enumerate(paths):
            with open_worker(started) as worker:
                assert run(worker, f"value[{number}].value[1]", added={number: path}) == [number]
        assert wait_for_line(started, "broadcast from now on for themselves: refused=3")
    assert len(lines(started)) == 2


def test_a_size_that_is_none_is_said(tmp_path: Path) -> None:
    with Daemon(tmp_path, SLUICE_SPARK_SHARED_BYTES="8m") as started, open_worker(started) as worker:
        assert run(worker, "1") == [1]
    (line,) = lines(started)
    assert line.endswith("SLUICE_SPARK_SHARED_BYTES is neither a number nor off: value=8m")


OFF = {
    "PYTHON_FAULTHANDLER_DIR": "spark.python.worker.faulthandler.enabled=true names files by the worker's pid",
    "PYSPARK_EXECUTOR_MEMORY_MB": "spark.executor.pyspark.memory limits each worker with its own copy",
    "PYSPARK_SPARK_SESSION_UUID": "spark.sql.pyspark.worker.logging.enabled=true names logs by the worker's pid",
}


@pytest.mark.parametrize(("name", "said"), OFF.items(), ids=OFF)
def test_settings_that_count_processes_leave_each_worker_its_copy(
    tmp_path: Path, name: str, said: str
) -> None:
    given = {"PYTHON_FAULTHANDLER_DIR": str(tmp_path), "PYSPARK_EXECUTOR_MEMORY_MB": "4000"}.get(name, "x")
    path = numbers(tmp_path)
    with daemon(tmp_path, **{name: given}) as started, open_worker(started) as worker:
        ((pid, _),) = run(worker, PIDS, added={4: path})
        assert pid == worker.pid
        (line,) = lines(started)
        assert line.endswith(f"each worker unpickles broadcasts for itself: {said}")


def test_without_reuse_each_task_has_a_worker_of_its_own(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path, SPARK_REUSE_WORKER="") as started:
        parents = set()
        for _ in range(3):
            with open_worker(started) as worker:
                pid, parent = run(worker, PIDS, added={4: path})[0]
                parents.add(parent)
            gone(pid, worker.pid)
        assert len(parents) == 1


def test_a_worker_that_has_made_much_of_itself_keeps_its_place(tmp_path: Path) -> None:
    path = numbers(tmp_path)
    with daemon(tmp_path) as started, open_worker(started) as worker:
        run(worker, "setattr(sys, 'mine', bytearray(b'\\1') * 80_000_000)")
        assert run(worker, "len(sys.mine)", "os.getpid()", added={4: path}) == [80_000_000, worker.pid]


def test_a_generation_ends_some_time_after_its_last_worker(tmp_path: Path) -> None:
    place = tmp_path / "patched"
    place.mkdir()
    (place / "sitecustomize.py").write_text("import sluice.spark.nursery as n\nn.KEEP = 1.0\n")
    path = numbers(tmp_path)
    with daemon(tmp_path, PYTHONPATH=f"{place}{os.pathsep}{spark.PYTHON_TREE}") as started:
        with open_worker(started) as worker:
            ((pid, generation),) = run(worker, PIDS, added={4: path})
        gone(pid, worker.pid, generation)
        with open_worker(started) as worker:
            found = run(worker, "len(value[4].value[0])", "os.getppid()", added={4: path})
            assert found[0] == SIZE
            assert run(worker, "sorted(value)", removed=(4,)) == [[]]
            # It lets go of what no task needs any more, by another process in its place.
            eventually(lambda: run(worker, "os.getppid()")[0], lambda parent: parent != found[1])
            gone(found[1])
