# SPDX-License-Identifier: Apache-2.0
"""Workers killed in a batch, files cut or garbled, memory that is full: an exact answer or a clear error, and no
file left."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from sluice import Context, TaskContext
from sluice.errors import CorruptDataError, JobError, NoRoomError
from sluice.frame import ipcfiles, transport, trips
from sluice.frame.transport import Call, Options
from sluice.frame.types import _parse_datatype_string as parse
from sluice.frame.userfunctions import pandas_udf, udf
from tests.support.waiting import eventually

TABLE = pa.table({"x": range(100_000)})
PLUS = udf(lambda x: x + 1, "long")


def files_of(sc: Context) -> list[Path]:
    """What trips have left."""
    places = (sc._files._first, sc._files._second)
    return [path for place in places for path in place.rglob("*arrow*")]


@pytest.fixture(autouse=True)
def nothing_is_left(sc: Context):
    yield
    eventually(lambda: files_of(sc), lambda left: not left)


def kill_once(marker: Path, form: str) -> Callable[..., Any]:
    """A function whose worker is killed in its second batch, the first time."""

    def act(batches):
        for number, batch in enumerate(batches):
            if number == 1 and not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    return act


@pytest.mark.parametrize("kind", ["arrow", "pandas"])
def test_a_worker_killed_in_a_batch_is_replaced_and_the_answer_is_exact(sc: Context, tmp_path, kind):
    act = kill_once(tmp_path / "killed", kind)
    got = transport.map_batches(sc, TABLE, act, kind, parse("x long"), "UTC")
    assert (tmp_path / "killed").exists()
    assert got.column(0).to_pylist() == list(range(100_000))


def test_a_batch_that_always_kills_its_worker_fails_the_job_and_names_the_partition(sc: Context):
    def act(x):
        if x == 99_999:
            os.kill(os.getpid(), signal.SIGKILL)
        return x

    with pytest.raises(JobError, match=r"SIGKILL") as caught:
        transport.evaluate(sc, TABLE, [Call(udf(act, "long"), [0])], "UTC")
    assert "partition=1" in str(caught.value)


def test_a_worker_killed_among_groups_and_in_a_function_of_series(sc: Context, tmp_path):
    marker = str(tmp_path / "killed")

    def act(group):
        if not os.path.exists(marker) and group.x.iloc[0] == 3:
            open(marker, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return pd.DataFrame({"n": [len(group)]})

    table = pa.table({"x": [number % 7 for number in range(700)]})
    got = transport.apply_groups(sc, table, [0], act, "pandas", parse("n long"), "UTC")
    assert got.column(0).to_pylist() == [100] * 7
    os.unlink(marker)

    @pandas_udf("long")
    def series(x: pd.Series) -> pd.Series:
        if not os.path.exists(marker):
            open(marker, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return x + 1

    got = transport.evaluate(sc, TABLE, [Call(series, [0])], "UTC")
    assert got.column(0).to_pylist() == list(range(1, 100_001))


def test_a_function_that_fails_leaves_no_file_and_no_mapping(sc: Context):
    def fail(batches):
        for number, batch in enumerate(batches):
            if number == 3:
                raise ValueError("enough")
            yield batch

    with pytest.raises(JobError, match="enough"):
        transport.map_batches(sc, TABLE, fail, "arrow", parse("x long"), "UTC")

    def mapped(batches):
        held = list(batches)
        with open("/proc/self/maps") as maps:
            yield pa.record_batch({"n": [sum("arrow-" in line for line in maps) * len(held[:1])]})

    within = transport.map_batches(sc, TABLE, mapped, "arrow", parse("n long"), "UTC")
    assert min(within.column(0).to_pylist()) > 0

    def count(split, items):
        with open("/proc/self/maps") as maps:
            yield sum("arrow-" in line for line in maps)

    assert sum(sc.parallelize([0] * 4, 4).mapPartitionsWithIndex(count).collect()) == 0
    held = transport.evaluate(sc, TABLE, [Call(PLUS, [0])], "UTC")
    assert not files_of(sc)
    # What is mapped stays readable though its name is gone, and holds no descriptor.
    assert held.column(0)[99_999].as_py() == 100_000
    assert not any("arrow-" in os.readlink(f"/proc/self/fd/{fd}") for fd in _descriptors())


def _descriptors() -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        if os.path.islink(f"/proc/self/fd/{name}"):
            found.append(name)
    return found


def test_what_comes_back_is_checked(sc: Context, monkeypatch):
    taken = trips.Trip._taken

    def cut(self, items, schema, sent):
        path = items[0].segments[0].pieces[0].path
        os.truncate(path, os.path.getsize(path) - 8)
        return taken(self, items, schema, sent)

    monkeypatch.setattr(trips.Trip, "_taken", cut)
    with pytest.raises(CorruptDataError, match=r"Arrow file is cut: file=.* expected size=.* actual="):
        transport.evaluate(sc, TABLE, [Call(PLUS, [0])], "UTC")


def test_what_is_sent_is_checked_by_the_worker(sc: Context, monkeypatch):
    write = trips.Trip.write

    def garbled(self, table, rows=0):
        sent = write(self, table, rows)
        for piece in sent.pieces:
            with open(piece.path, "r+b") as file:
                file.seek(piece.size // 2)
                byte = file.read(1)
                file.seek(-1, 1)
                file.write(bytes([byte[0] ^ 1]))
        return sent

    monkeypatch.setattr(trips.Trip, "write", garbled)
    with pytest.raises(JobError, match=r"Arrow file is damaged: file=.* expected crc=0x.* actual=0x"):
        transport.evaluate(sc, TABLE, [Call(PLUS, [0])], "UTC")


SCHEMA = pa.schema([("n", pa.int64()), ("s", pa.string())])
BATCH = pa.record_batch([pa.array([1, None, 3]), pa.array(["a", None, "cd"])], schema=SCHEMA)


def test_every_cut_and_every_flipped_bit_of_a_small_file_is_an_error(tmp_path):
    monkey = ipcfiles.INLINE
    ipcfiles.INLINE = 0
    try:
        [piece], copied = ipcfiles.write([str(tmp_path)], "small", SCHEMA, [BATCH])
    finally:
        ipcfiles.INLINE = monkey
    assert copied > 0
    assert ipcfiles.read(piece, SCHEMA) == [BATCH]
    path = Path(str(piece.path))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(CorruptDataError, match="cut"):
            ipcfiles.read(piece, SCHEMA)
        # Also where size and sum were made to agree: Arrow's own checks, and the count of rows.
        with pytest.raises(CorruptDataError):
            ipcfiles.read(piece._replace(size=length, crc=None), SCHEMA)
    for bit in range(0, 8 * len(whole), 3):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with pytest.raises(CorruptDataError, match="damaged"):
            ipcfiles.read(piece, SCHEMA)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"rows": 4}, "another number of rows: .* rows=4 actual batches=1 rows=3"),
        ({"batches": 2}, "another number of rows"),
        ({"crc": 1}, "damaged"),
    ],
)
def test_a_piece_that_is_not_what_was_said_is_refused(tmp_path, change, text):
    [piece], _ = ipcfiles.write([str(tmp_path)], "small", SCHEMA, [BATCH])
    assert piece.path is None
    assert ipcfiles.read(piece, SCHEMA) == [BATCH]
    with pytest.raises(CorruptDataError, match=text):
        ipcfiles.read(piece._replace(**change), SCHEMA)
    with pytest.raises(
        CorruptDataError, match=r"another schema: .* expected=n: int64 actual=n: int64, s: string"
    ):
        ipcfiles.read(piece, pa.schema([("n", pa.int64())]))
    with pytest.raises(CorruptDataError, match=r"cannot be read: file=.*gone"):
        ipcfiles.read(piece._replace(data=None, path=str(tmp_path / "gone")), SCHEMA)


def test_a_full_directory_hands_over_to_the_next_in_the_middle(tmp_path, monkeypatch):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    room = [200_000]
    allocate = os.posix_fallocate

    def limited(descriptor, offset, length):
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if path.startswith(str(first)) and offset + length > room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        allocate(descriptor, offset, length)

    monkeypatch.setattr(os, "posix_fallocate", limited)
    batches = [pa.record_batch({"n": range(start, start + 5_000)}) for start in range(0, 40_000, 5_000)]
    pieces, _ = ipcfiles.write([str(first), str(second)], "part", batches[0].schema, batches)
    assert [Path(str(piece.path)).parent for piece in pieces] == [first, second]
    got = [batch for piece in pieces for batch in ipcfiles.read(piece, batches[0].schema)]
    assert pa.Table.from_batches(got)["n"].to_pylist() == list(range(40_000))
    room[0] = 0
    with pytest.raises(
        NoRoomError, match=r"path=.*first.*free_bytes=.*needed_bytes=.*No space left.*free some space"
    ):
        ipcfiles.write([str(first)], "more", batches[0].schema, batches)
    assert not list(first.glob("more*"))


def test_each_call_that_fails_leaves_no_descriptor(tmp_path, monkeypatch):
    batches = [pa.record_batch({"n": range(5_000)}) for _ in range(3)]
    for name in ("posix_fallocate", "ftruncate", "pread", "open"):
        real = getattr(os, name)
        for number in range(6):
            calls = iter(range(100))

            def failing(*args, real=real, number=number, calls=calls):
                if next(calls) == number:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                return real(*args)

            before = len(os.listdir("/proc/self/fd"))
            with monkeypatch.context() as patch:
                patch.setattr(os, name, failing)
                with contextlib.suppress(OSError):
                    pieces, _ = ipcfiles.write([str(tmp_path)], f"{name}{number}", batches[0].schema, batches)
                    assert sum(piece.rows for piece in pieces) == 15_000
            assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_small_shared_memory_falls_back_to_the_local_directory(tmp_path, capfd):
    import subprocess
    import sys

    script = tmp_path / "program.py"
    script.write_text(
        """
import subprocess, sys
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/dev/shm"], check=True)
import pyarrow as pa
from sluice import Context
from sluice.frame import transport
from sluice.frame.transport import Call
from sluice.frame.types import StructType
from sluice.frame.userfunctions import udf
sc = Context("local[2]", "small")
table = pa.table({"x": range(400_000)})
got = transport.evaluate(sc, table, [Call(udf(lambda x: x + 1, "long"), [0])], "UTC")
assert got.column(0).to_pylist() == list(range(1, 400_001))
schema = StructType().add("x", "long")
got = transport.map_batches(sc, table, lambda it: it, "arrow", schema, "UTC")
assert got.num_rows == 400_000
sc.stop()
print("exact")
"""
    )
    done = subprocess.run(
        ["unshare", "-m", sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.fail(f"cannot mount: {done.stderr}")
    assert done.stdout.strip() == "exact", done.stderr
    assert done.stderr.count("no room in shared memory for data of frames") == 1


def test_options_of_a_program_reach_functions(sc: Context):
    sc._conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "4")
    sc._conf.set("spark.sql.execution.arrow.maxBytesPerBatch", "1k")
    try:
        assert transport.options_of(sc) == Options(rows=4, bytes=1024)
    finally:
        sc._conf._entries.pop("spark.sql.execution.arrow.maxRecordsPerBatch", None)
        sc._conf._entries.pop("spark.sql.execution.arrow.maxBytesPerBatch", None)


def test_a_task_knows_its_attempt(sc: Context):
    def attempt(batches):
        for _ in batches:
            pass
        yield pa.record_batch({"n": [TaskContext.get().attemptNumber()]})

    got = transport.map_batches(sc, TABLE, attempt, "arrow", parse("n long"), "UTC")
    assert got.column(0).to_pylist() == [0, 0]
