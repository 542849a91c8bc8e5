# SPDX-License-Identifier: Apache-2.0
"""Paths that fsspec opens: everything that works on files of this machine, and clear words where it cannot."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from sluice import Context
from sluice.errors import InputError, JobError, OutputExistsError
from sluice.files.filesystems import is_url, local_or_url
from sluice.files.outputdirectory import OutputDirectory

fsspec = pytest.importorskip("fsspec")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b", "/a/b"),
        ("/a/../b", "/b"),
        ("file:/a/b", "/a/b"),
        ("file:///a/b", "/a/b"),
        ("local:///a/b", "local:///a/b"),
        ("a:b/c", None),
        ("with space:/x", None),
        ("local;x", None),
    ],
)
def test_what_is_a_url(path: str, expected: str | None) -> None:
    expected = expected or os.path.abspath(path)
    assert local_or_url(path) == expected
    assert is_url(expected) == expected.startswith("local:")


@pytest.mark.parametrize("codec", ["", "GzipCodec", "BZip2Codec", "DefaultCodec", "ZStandardCodec"])
def test_text_goes_there_and_comes_back(sc: Context, tmp_path: Path, codec: str) -> None:
    url = f"local://{tmp_path}/out"
    lines = [f"line {number}" for number in range(1000)]
    full = codec and f"org.apache.hadoop.io.compress.{codec}"
    sc.parallelize(lines, 3).saveAsTextFile(url, full)
    assert sc.textFile(url).collect() == lines
    assert sc.textFile(f"{url}/part-0000[01]*,{tmp_path}/out/part-{{00002}}*").collect() == lines
    assert [path for path, _ in sc.wholeTextFiles(url).collect()] == [
        f"{url}/{name}" for name in sorted(os.listdir(tmp_path / "out")) if name.startswith("part-")
    ]
    assert os.listdir(tmp_path) == ["out"]
    with pytest.raises(OutputExistsError, match=rf"Output directory {url} already exists"):
        sc.parallelize(lines, 1).saveAsTextFile(url)


def test_files_are_cut_alike(sc: Context, tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text("".join(f"{number}\n" for number in range(100_000)))
    parts = sc.textFile(f"local://{tmp_path}/big.txt", 7).glom().collect()
    assert parts == sc.textFile(str(tmp_path / "big.txt"), 7).glom().collect()
    assert len(parts) == 7


def test_pickles_pairs_bytes_and_records(sc: Context, tmp_path: Path) -> None:
    url = f"local://{tmp_path}"
    sc.range(100, numSlices=2).saveAsPickleFile(f"{url}/pickles")
    assert sc.pickleFile(f"{url}/pickles").collect() == list(range(100))
    sc.parallelize([(1, "a")], 1).saveAsSequenceFile(f"{url}/pairs")
    assert sc.sequenceFile(f"{url}/pairs").collect() == [(1, "a")]
    (tmp_path / "data").write_bytes(b"abcdef")
    assert sc.binaryFiles(f"{url}/data").collect() == [(f"{url}/data", b"abcdef")]
    assert sc.binaryRecords(f"{url}/data", 2).collect() == [b"ab", b"cd", b"ef"]


def test_a_file_in_a_file(sc: Context, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.txt", "1\n2\n")
        archive.writestr("sub/b.txt", "3\n")
    rest = f"::file://{tmp_path}/z.zip"
    assert sc.textFile(f"zip://a.txt{rest}").collect() == ["1", "2"]
    assert sc.textFile(f"zip://sub{rest}").collect() == ["3"]
    assert sc.wholeTextFiles(f"zip://*.txt{rest}").collect() == [(f"zip://a.txt{rest}", "1\n2\n")]


def test_a_failing_job_leaves_nothing_there(sc: Context, tmp_path: Path) -> None:
    with pytest.raises(JobError, match="ZeroDivisionError"):
        sc.range(4).map(lambda x: 1 // x).saveAsTextFile(f"local://{tmp_path}/out")
    assert os.listdir(tmp_path) == []


def test_a_move_that_fails_leaves_nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where directories cannot be renamed, files are moved one by one: the second one fails."""
    output = OutputDirectory(f"local://{tmp_path}/out")
    for name in ("part-00000", "part-00001"):
        (Path(output.staging.removeprefix("local://")) / name).write_text(name)
    move = output._fs.mv

    def failing(source: str, target: str) -> None:
        if source.endswith("1"):
            raise OSError("no more room over there")
        move(source, target)

    monkeypatch.setattr(output._fs, "mv", failing)
    with pytest.raises(OSError, match="no more room"):
        output.commit({"part-00000", "part-00001"}, success=True)
    output.abort()
    assert os.listdir(tmp_path) == []


def test_what_is_missing_is_named(sc: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"local://{tmp_path}"
    with pytest.raises(InputError, match=rf"Input path does not exist: {url}/none"):
        sc.textFile(f"{url}/none").count()
    with pytest.raises(InputError, match=r"Input Pattern .* matches 0 files"):
        sc.textFile(f"{url}/none*").count()
    with pytest.raises(InputError, match=r'No FileSystem for scheme "nosuch" .*Protocol not known: nosuch'):
        sc.textFile("nosuch://bucket/key")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    for action in (
        lambda: sc.textFile("s3://bucket/key"),
        lambda: sc.range(2).saveAsTextFile("s3://bucket/key"),
        lambda: sc.setCheckpointDir("s3://bucket/key"),
        lambda: sc.addFile("s3://bucket/key"),
    ):
        with pytest.raises(InputError, match=r'No FileSystem for scheme "s3" .*install fsspec'):
            action()
