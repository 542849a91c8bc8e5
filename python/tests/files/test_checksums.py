# SPDX-License-Identifier: Apache-2.0
"""Checksums beside a file: whatever happens to the file or to them, nobody reads a wrong or short answer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sluice.errors import CorruptDataError
from sluice.files.checksums import ChecksummedWriter, beside, open_checked

from .damage import cuts, flips

DATA = random.Random(5).randbytes(600)


def written(path: Path, *pieces: bytes) -> Path:
    with open(path, "wb") as file:
        writer = ChecksummedWriter(file)
        for piece in pieces:
            writer.write(piece)
    Path(beside(str(path))).write_bytes(writer.sums())
    return path


def read(path: Path) -> bytes:
    with open_checked(str(path), required=True) as file:
        data: bytes = file.read()
    return data


def refused(path: Path) -> str:
    with pytest.raises(CorruptDataError) as caught:
        read(path)
    assert path.name in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, 1000, 1024, 300_000])
def test_what_was_written_is_read(tmp_path: Path, length: int) -> None:
    data = random.Random(length).randbytes(length)
    path = written(tmp_path / "f", *(data[at : at + 700] for at in range(0, length, 700)))
    assert read(path) == data
    with open_checked(str(path)) as file:
        for start, size in ((length // 2, 100), (0, 5), (511, 2), (length, 1)):
            file.seek(start)
            assert file.read(size) == data[start : start + size]


def test_every_cut_and_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "f", DATA)
    for at in flips(path, 8):
        assert f"offset={at - at % 512}" in refused(path)
    assert read(path) == DATA
    for _ in cuts(path):
        refused(path)
    path.write_bytes(DATA + b"x")
    refused(path)


def test_every_damage_to_the_checksums_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "f", DATA)
    sums = Path(beside(str(path)))
    good = sums.read_bytes()
    for _ in flips(sums, 8):
        refused(path)
    assert sums.read_bytes() == good
    for _ in cuts(sums):
        refused(path)
    sums.unlink()
    assert "has lost its checksums" in refused(path)
    with open_checked(str(path)) as file:
        assert file.read() == DATA


def test_damage_elsewhere_does_not_matter_to_a_split(tmp_path: Path) -> None:
    path = written(tmp_path / "f", DATA)
    path.write_bytes(b"?" + DATA[1:])
    with open_checked(str(path)) as file:
        # What is buffered ahead is checked too, so the file must end before the damage.
        file.seek(512)
        assert file.read(100) == DATA[512:612]
        file.seek(0)
        with pytest.raises(CorruptDataError, match=r"offset=0, expected="):
            file.read(1)
