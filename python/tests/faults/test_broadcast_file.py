# SPDX-License-Identifier: Apache-2.0
"""A broadcast's file, cut at every byte and with every bit flipped: an error that names it, never another value."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.broadcast import read_file, write_file
from sluice.errors import CorruptDataError, JobError

VALUE = {"name": ["a", 1, 2.5], "first": bytearray(b"abcdefgh" * 4), "second": bytearray(b"xyz")}


def write(path: Path) -> bytes:
    def dump(obj: Any, file: Any, buffer_callback: Any) -> None:
        pickle.Pickler(file, 5, buffer_callback=buffer_callback).dump(obj)

    value = {key: pickle.PickleBuffer(x) if isinstance(x, bytearray) else x for key, x in VALUE.items()}
    with open(path, "w+b") as file:
        write_file(file, value, dump)
    return path.read_bytes()


def same(value: Any) -> bool:
    return {k: bytearray(v) if isinstance(v, memoryview) else v for k, v in value.items()} == VALUE


@pytest.mark.smoke
def test_cut_at_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "broadcast"
    whole = write(path)
    assert same(read_file(str(path)))
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with pytest.raises(CorruptDataError) as caught:
            read_file(str(path))
        assert f"file={path}" in str(caught.value)
        assert f"size={cut}" in str(caught.value)


def test_every_bit_flipped(tmp_path: Path) -> None:
    path = tmp_path / "broadcast"
    whole = write(path)
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(CorruptDataError, match=r"file=\S+ .*offset=\d+.*expected.*actual") as caught:
            read_file(str(path))
        assert f"file={path}" in str(caught.value)


def test_more_than_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "broadcast"
    whole = write(path)
    path.write_bytes(whole + b"x")
    with pytest.raises(CorruptDataError, match=f"file={path}"):
        read_file(str(path))


def test_worker_reads_a_damaged_file(sc: Context) -> None:
    big = sc.broadcast(list(range(1000)))
    path = Path(big._path or "")
    damaged = bytearray(path.read_bytes())
    damaged[100] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(JobError) as caught:
        sc.parallelize([1], 1).map(lambda x: len(big.value)).collect()
    assert "CorruptDataError: broadcast file is damaged: file=" in str(caught.value)
    assert str(path) in str(caught.value)
    assert isinstance(caught.value.__cause__, CorruptDataError)
    path.unlink()
    other = sc.broadcast(list(range(1000)))
    Path(other._path or "").unlink()
    with pytest.raises(JobError, match="No such file or directory"):
        sc.parallelize([1], 1).map(lambda x: len(other.value)).collect()
    big.destroy()
    other.destroy()
