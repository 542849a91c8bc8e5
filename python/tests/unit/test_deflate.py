# SPDX-License-Identifier: Apache-2.0
"""gzip written by libdeflate, read by Python's gzip."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from sluice.files import deflate
from sluice.files.reading import read_text

pytestmark = pytest.mark.skipif(deflate.library() is None, reason="libdeflate is not installed")

MIB = 1 << 20


def contents(size: int) -> bytes:
    draw = random.Random(size)
    return b"".join(b"%d words of line\n" % draw.randrange(10**6) for _ in range(size // 20 + 1))[:size]


def written(path: Path, data: bytes, step: int) -> bytes:
    with deflate.Writer(open(path, "wb")) as out:
        for at in range(0, len(data), step):
            out.write(data[at : at + step])
    return path.read_bytes()


@pytest.mark.parametrize("size", [0, 1, 1000, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 77])
def test_what_is_written_is_read(tmp_path: Path, size: int) -> None:
    data = contents(size)
    whole = written(tmp_path / "f.gz", data, 150_000)
    assert gzip.decompress(whole) == data
    lines = b"\n".join(read_text(str(tmp_path / "f.gz"), 0, len(whole), ".gz", False))
    assert lines == data.removesuffix(b"\n")
    assert whole.count(b"\x1f\x8b\x08") >= max(1, -(-size // MIB))


def test_an_error_of_the_task_leaves_no_whole_member(tmp_path: Path) -> None:
    path = tmp_path / "f.gz"
    out = deflate.Writer(open(path, "wb"))  # noqa: SIM115
    out.write(b"x")
    out.__exit__(KeyError, KeyError(), None)
    assert path.read_bytes() == b""


def test_a_program_writes_by_it_and_by_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sluice.files.text import _create

    data = contents(2 * MIB)
    for name, kind in (("by_libdeflate", deflate.Writer), ("by_python", gzip.GzipFile)):
        if name == "by_python":
            monkeypatch.setattr(deflate, "library", lambda: None)
        with _create(str(tmp_path / name), ".gz") as file:
            assert isinstance(file, kind)
            file.write(data)
        assert gzip.decompress((tmp_path / name).read_bytes()) == data
