# SPDX-License-Identifier: Apache-2.0
"""Files as bytes: whole, and as records of one length."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluice import Context
from sluice.errors import CorruptDataError, InputError
from sluice.files.binary import read_records


def test_whole_files(sc: Context, tmp_path: Path) -> None:
    contents = {f"f{number:02}": bytes([number]) * (number % 2 * 3_000_000) for number in range(24)}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "inner").mkdir()
    (tmp_path / "_hidden").write_bytes(b"?")
    found = sc.binaryFiles(str(tmp_path)).collect()
    assert found == [(f"file:{tmp_path}/{name}", data) for name, data in contents.items()]
    # Opening a file counts as 4 MiB when a task's share is set, which is never below that.
    assert sc.binaryFiles(str(tmp_path), 8).getNumPartitions() == 2
    assert sc.binaryFiles(str(tmp_path), 1000).getNumPartitions() == 6


@pytest.mark.parametrize("length", [1, 3, 7, 1 << 20, 3 << 20])
def test_records_of_every_length(sc: Context, tmp_path: Path, length: int) -> None:
    data = bytes(number % 251 for number in range(max(200_000, length)))
    data = data[: len(data) // length * length]
    (tmp_path / "r").write_bytes(data)
    found = sc.binaryRecords(str(tmp_path / "r"), length)
    assert found.count() == len(data) // length
    assert found.map(len).distinct().collect() == [length]
    assert b"".join(found.collect()) == data


def test_records_are_cut_between_two_of_them(sc: Context, tmp_path: Path) -> None:
    length = 1_000_003
    with open(tmp_path / "r", "wb") as file:
        for number in range(40):
            file.write(bytes([number]) * length)
    rdd = sc.binaryRecords(str(tmp_path / "r"), length)
    assert rdd.getNumPartitions() == 2
    assert rdd.map(lambda record: (len(record), *set(record))).collect() == [(length, n) for n in range(40)]


def test_files_of_another_length(sc: Context, tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(b"abcde")
    rdd = sc.binaryRecords(str(path), 2)
    with pytest.raises(CorruptDataError, match=rf"EOFException: .*\(file={path}, bytes=5, record_length=2\)"):
        rdd.collect()
    with pytest.raises(ValueError, match="recordLength=0"):
        sc.binaryRecords(str(path), 0)
    with pytest.raises(InputError, match="does not exist"):
        sc.binaryRecords(str(tmp_path / "none"), 2).count()
    # Cut after the driver has looked at it.
    with pytest.raises(CorruptDataError, match=r"was cut while it was read .*offset=5, expected=8"):
        list(read_records(str(path), 0, 8, 2))
