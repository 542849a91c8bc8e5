# SPDX-License-Identifier: Apache-2.0
"""Text files of zstd, read by Python, or by the JVM where Python cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluice import Context
from sluice.errors import CorruptDataError, JobError, UnsupportedError
from sluice.files import inputs
from sluice.files import text as textoutput
from sluice.files.reading import read_text

zstandard = pytest.importorskip("zstandard")

CODEC = "org.apache.hadoop.io.compress.ZStandardCodec"


def frame(data: bytes) -> bytes:
    packed: bytes = zstandard.ZstdCompressor().compress(data)
    return packed


@pytest.fixture(params=["python", "jvm"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "jvm":
        monkeypatch.setattr(inputs, "has_zstd", lambda: False)
    return str(request.param)


def test_frames_line_ends_marks_and_bad_bytes(sc: Context, tmp_path: Path, reader: str) -> None:
    lines = [f"line {number} é" for number in range(40_000)]
    whole = "\n".join(lines).encode()
    (tmp_path / "a.zst").write_bytes(frame(b"\xef\xbb\xbf" + whole[:100_003]) + frame(whole[100_003:]))
    (tmp_path / "b.zst").write_bytes(frame(b"one\r\ntwo\r\xffbad\n\nlast"))
    (tmp_path / "c.zst").write_bytes(frame(b""))
    (tmp_path / "d.txt").write_text("plain\n")
    rdd = sc.textFile(str(tmp_path / "a.zst"), 8)
    assert (rdd.getNumPartitions(), rdd.collect()) == (1, lines)
    assert rdd.take(1) == lines[:1]
    assert sc.textFile(str(tmp_path / "b.zst")).collect() == ["one", "two", "\ufffdbad", "", "last"]
    assert sc.textFile(str(tmp_path / "c.zst")).collect() == []
    counted = sc.textFile(str(tmp_path), 2).map(lambda line: (line[:4], 1)).reduceByKey(lambda a, b: a + b)
    assert dict(counted.collect())["line"] == 40_000
    both = sc.textFile(str(tmp_path / "b.zst")).union(sc.textFile(str(tmp_path / "d.txt"), 1)).cache()
    assert both.collect() == both.collect() == ["one", "two", "\ufffdbad", "", "last", "plain"]


def test_a_cut_file_has_an_error_that_names_it(sc: Context, tmp_path: Path, reader: str) -> None:
    path = tmp_path / "cut.zst"
    path.write_bytes(frame(bytes(range(256)) * 5000)[:-9])
    with pytest.raises(JobError, match=r"cut\.zst") as raised:
        sc.textFile(str(path)).count()
    # A second look would find the same.
    assert "was lost" not in str(raised.value)


@pytest.mark.parametrize("data", [frame(b"one\ntwo\nthree\n"), frame(b"one\n") + frame(b"two\n")])
def test_every_cut_but_those_between_frames_is_noticed(tmp_path: Path, data: bytes) -> None:
    path, whole = tmp_path / "f.zst", {len(frame(b"one\n")), len(data)}
    for length in range(1, len(data) + 1):
        path.write_bytes(data[:length])
        if length == len(data) or (length in whole and data.count(b"\x28\xb5\x2f\xfd") == 2):
            assert list(read_text(str(path), 0, length, ".zst", True))
        else:
            with pytest.raises(CorruptDataError, match="Unexpected end"):
                list(read_text(str(path), 0, length, ".zst", True))
    path.write_bytes(b"plain text\n")
    with pytest.raises(CorruptDataError, match=r"f\.zst"):
        list(read_text(str(path), 0, 11, ".zst", True))


def test_it_is_written_where_python_can(sc: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sc.parallelize(["a", "é"], 1).saveAsTextFile(str(tmp_path / "out"), CODEC)
    packed = (tmp_path / "out" / "part-00000.zst").read_bytes()
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == "a\né\n".encode()
    assert sc.textFile(str(tmp_path / "out")).collect() == ["a", "é"]
    monkeypatch.setattr(textoutput, "has_zstd", lambda: False)
    with pytest.raises(UnsupportedError, match="install zstandard"):
        sc.parallelize(["a"], 1).saveAsTextFile(str(tmp_path / "other"), CODEC)
    assert not (tmp_path / "other").exists()
