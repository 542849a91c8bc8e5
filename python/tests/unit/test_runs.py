# SPDX-License-Identifier: Apache-2.0
"""Run files: a damaged one is told at every offset, a disk that fails is named, and nothing is left behind."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice.errors import CorruptDataError, SluiceError
from sluice.shuffle import GroupMerger, Merger, Sorter, disk, memory
from sluice.shuffle.aggregator import Aggregator
from sluice.shuffle.memory import Gauge
from sluice.shuffle.runs import Run, RunFiles

PAIRS = [(f"k{i % 7}", i) for i in range(40)] + [(("t", i), None) for i in range(5)]


class MemoryFile:
    """A run file that tests can cut and bend."""

    path = "/here/sluice-run-x"

    def __init__(self) -> None:
        self.data = bytearray()
        self.closed = False

    def write_at(self, offset: int, data: bytes) -> None:
        assert offset == len(self.data)
        self.data += data

    def read_at(self, offset: int, length: int) -> bytes:
        return bytes(self.data[offset : offset + length])

    def cut(self, length: int) -> None:
        del self.data[length:]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[MemoryFile]:
    made: list[MemoryFile] = []

    def create(directory: str) -> MemoryFile:
        made.append(MemoryFile())
        return made[-1]

    monkeypatch.setattr(disk, "create", create)
    return made


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of some ten entries."""
    monkeypatch.setattr(memory, "_FIRST_STEP", 8)


def encoded(pairs: list[Any]) -> Iterator[tuple[bytes, int]]:
    from sluice.serializers.stream import encode_batch

    return ((encode_batch(pairs[i : i + 8]), len(pairs[i : i + 8])) for i in range(0, len(pairs), 8))


def two_segments() -> Run:
    return RunFiles().write([encoded(PAIRS[:30]), encoded(PAIRS[30:]), encoded([])])


def everything(run: Run) -> list[Any]:
    return [pair for segment in range(3) for batch in run.read(segment) for pair in batch]


@pytest.mark.parametrize("codec", ["none", "zlib", "zstd"])
def test_a_run_gives_back_what_was_written(
    codec: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_codec", codec)
    monkeypatch.setattr(memory, "_directories", (str(tmp_path),))
    run = two_segments()
    assert everything(run) == PAIRS
    assert list(run.records) == [30, 15, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", ["none", "zlib"])
def test_every_cut_and_every_flipped_bit_is_told(
    codec: str, monkeypatch: pytest.MonkeyPatch, files: list[MemoryFile]
) -> None:
    monkeypatch.setattr(memory, "_codec", codec)
    run = two_segments()
    file = files[-1]
    whole = bytes(file.data)
    assert everything(run) == PAIRS
    for cut in range(len(whole)):
        file.data[:] = whole[:cut]
        with pytest.raises(CorruptDataError, match=r"file=/here/sluice-run-x, offset=\d+"):
            everything(run)
    for offset in range(len(whole)):
        for bit in range(8):
            file.data[:] = whole
            file.data[offset] ^= 1 << bit
            with pytest.raises(CorruptDataError, match=r"file=/here/sluice-run-x, offset=\d+"):
                everything(run)


class FailingFile:
    """A real file whose Nth call fails, counted over all files; once, or from then on."""

    calls = 0
    fails_at = 0
    for_good = False
    directory: str | None = None

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._file = disk._TemporaryFile(directory)
        self.path = self._file.path

    def _call(self) -> None:
        if self.directory not in (None, self._directory):
            return
        FailingFile.calls += 1
        if self.calls == self.fails_at or (self.for_good and self.calls > self.fails_at > 0):
            raise OSError(errno.EIO, "Input/output error")

    def write_at(self, offset: int, data: bytes) -> None:
        self._call()
        self._file.write_at(offset, data)

    def read_at(self, offset: int, length: int) -> bytes:
        self._call()
        return self._file.read_at(offset, length)

    def cut(self, length: int) -> None:
        self._file.cut(length)

    def close(self) -> None:
        self._file.close()


def group(items: Any) -> Any:
    merger = GroupMerger(gauge=Gauge(0))
    merger.merge_values(items)
    return {key: list(values) for key, values in merger.items()}


def total(items: Any) -> Any:
    merger = Merger(Aggregator(None, lambda a, b: a + b), Gauge(0))
    merger.merge_values(items)
    return dict(merger.items())


def order(items: Any) -> Any:
    return list(Sorter(gauge=Gauge(0)).sorted(items))


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("operation", [group, total, order])
@pytest.mark.parametrize("for_good", [False, True])
def test_an_io_error_at_every_call(
    operation: Callable[[Any], Any],
    for_good: bool,
    tiny: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The answer is whole or the error is there: writes go to the other directory, reads cannot."""
    directories = [str(tmp_path / name) for name in "ab"]
    for name in directories:
        os.mkdir(name)
    monkeypatch.setattr(memory, "_directories", tuple(directories))
    items = [(i * 7 % 60, i) for i in range(300)]
    expected = operation(items)
    monkeypatch.setattr(disk, "create", FailingFile)
    monkeypatch.setattr(FailingFile, "directory", directories[0] if for_good else None)
    monkeypatch.setattr(FailingFile, "for_good", for_good)
    monkeypatch.setattr(FailingFile, "fails_at", 0)
    before = descriptors()
    FailingFile.calls = 0
    assert operation(items) == expected
    whole = FailingFile.calls
    assert whole > 20
    outcomes = set()
    for call in range(1, whole + 1, max(1, whole // 30)):
        FailingFile.calls, FailingFile.fails_at = 0, call
        monkeypatch.setattr(disk, "_next", 0)
        try:
            assert operation(items) == expected
            outcomes.add("answer")
        except OSError:
            outcomes.add("error")
        assert list((tmp_path / "a").iterdir()) == list((tmp_path / "b").iterdir()) == []
    assert descriptors() == before
    assert outcomes == {"answer", "error"}


def test_half_a_chunk_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory that is full half-way keeps what it had; the rest of the run goes on elsewhere."""
    made: list[MemoryFile] = []

    class Full(MemoryFile):
        def write_at(self, offset: int, data: bytes) -> None:
            room = 400 - offset if len(made) == 1 else 1 << 30
            super().write_at(offset, data[:room])
            if len(data) > room:
                raise OSError(errno.ENOSPC, "No space left on device")

    def create(directory: str) -> MemoryFile:
        made.append(Full())
        return made[-1]

    monkeypatch.setattr(disk, "create", create)
    monkeypatch.setattr("sluice.shuffle.runs._WRITE", 100)
    monkeypatch.setattr(memory, "_directories", ("/tmp", "/var/tmp"))
    run = two_segments()
    assert len(made) == 2
    assert 200 < len(made[0].data) < 400
    assert everything(run) == PAIRS
    made[0].data[300] ^= 1
    with pytest.raises(CorruptDataError):
        everything(run)


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    space = {"/tmp": 100, "/var/tmp": 5 << 20}
    monkeypatch.setattr(memory, "_directories", tuple(space))
    monkeypatch.setattr(disk, "free_space", space.__getitem__)
    assert everything(two_segments()) == PAIRS
    space["/var/tmp"] = 17
    monkeypatch.setattr(disk, "_next", 0)
    with pytest.raises(
        SluiceError, match=r"/tmp: too little space.*17 bytes free.*100 bytes free.*local.dirs"
    ):
        two_segments()


def test_a_missing_directory_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_directories", ("/nowhere/at/all", str(tmp_path)))
    for _ in range(3):
        assert everything(two_segments()) == PAIRS
    monkeypatch.setattr(memory, "_directories", ("/nowhere/at/all",))
    with pytest.raises(SluiceError, match=r"/nowhere/at/all: No such file.*unknown bytes free.*local.dirs"):
        two_segments()


def test_every_directory_takes_its_share(
    monkeypatch: pytest.MonkeyPatch, files: list[MemoryFile], tiny: None
) -> None:
    """However often it spills, an operation opens one file a directory."""
    monkeypatch.setattr(memory, "_directories", ("/tmp", "/var/tmp", "/"))
    merger = Merger(Aggregator(None, lambda a, b: a + b), Gauge(0))
    merger.merge_values((i, 1) for i in range(500))
    assert merger.spills > 20
    assert len(files) == 3
    assert max(len(file.data) for file in files) < 1.5 * min(len(file.data) for file in files)
    assert len(list(merger.items())) == 500


@pytest.mark.parametrize("taken", [0, 1, 5, None])
@pytest.mark.parametrize("operation", ["group", "sort"])
def test_nothing_is_left_behind(
    operation: str, taken: int | None, tiny: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_directories", (str(tmp_path),))
    before = descriptors()
    items = ((i % 100, i) for i in range(3000))
    if operation == "group":
        merger = GroupMerger(gauge=Gauge(0))
        merger.merge_values(items)
        result: Iterator[Any] | None = merger.items()
        del merger
    else:
        result = iter(Sorter(gauge=Gauge(0)).sorted(items))
    assert result is not None
    assert descriptors() > before
    for _ in range(taken) if taken is not None else iter(int, 1):
        if next(result, None) is None:
            break
    assert list(tmp_path.iterdir()) == []
    result = None
    assert descriptors() == before
