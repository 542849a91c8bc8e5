# SPDX-License-Identifier: Apache-2.0
"""Sequence files: PySpark's bytes both ways, every damage, every split."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import CorruptDataError, InputError, JobError, SluiceError, UnsupportedError
from sluice.files import pickledarrays, sequencefile, writables
from sluice.files.checksums import beside
from sluice.files.records import PairWriter, PickleWriter, read_pairs, read_pickles
from sluice.files.sequencefile import SYNC_INTERVAL, Reader, records

from .damage import cuts, flips
from .frozen import FROZEN, GZIPPED

HUGE = 1 << 40


def reader_of(name: str) -> Callable[..., Iterator[Any]]:
    return read_pickles if name == "pickles" else read_pairs


@pytest.mark.parametrize("name", FROZEN)
def test_what_pyspark_wrote_is_read(tmp_path: Path, name: str) -> None:
    frozen = FROZEN[name]
    path = tmp_path / "part-00000"
    path.write_bytes(frozen.data)
    assert list(reader_of(name)(str(path), 0, len(frozen.data))) == frozen.values
    Path(beside(str(path))).write_bytes(frozen.checksums)
    assert list(reader_of(name)(str(path), 0, len(frozen.data))) == frozen.values


@pytest.mark.parametrize("name", FROZEN)
def test_what_is_written_is_what_pyspark_writes(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = FROZEN[name]
    path = tmp_path / "frozen"
    path.write_bytes(frozen.data)
    with open(path, "rb") as file:
        header = Reader(file, str(path)).header
    monkeypatch.setattr(sequencefile.os, "urandom", lambda length: header.sync)
    writer: Any = PickleWriter(str(tmp_path), 2)
    if name != "pickles":
        writer = PairWriter(str(tmp_path), header.key, header.value)
    assert writer(0, iter(frozen.values)) == ["part-00000", ".part-00000.crc"]
    assert (tmp_path / "part-00000").read_bytes() == frozen.data
    assert (tmp_path / ".part-00000.crc").read_bytes() == frozen.checksums


@pytest.mark.parametrize("name", FROZEN)
def test_every_cut_is_an_error(tmp_path: Path, name: str) -> None:
    """Without checksums the format itself notices all but a cut between two records; with them, all."""
    frozen = FROZEN[name]
    path = tmp_path / "part-00000"
    path.write_bytes(frozen.data)
    between = borders(path)
    for checked in (False, True):
        path.write_bytes(frozen.data)
        if checked:
            Path(beside(str(path))).write_bytes(frozen.checksums)
        for length in cuts(path):
            if checked or length not in between:
                with pytest.raises(CorruptDataError, match=str(path)):
                    list(reader_of(name)(str(path), 0, len(frozen.data)))


def borders(path: Path) -> set[int]:
    """Where a record ends in a file without marks between records."""
    found = set()
    with open(path, "rb") as file:
        reader = Reader(file, str(path))
        at = reader.header.length
        for key, value in reader.records(0, HUGE):
            found.add(at)
            at += 8 + len(key) + len(value)
    return found


def test_every_flipped_bit_is_an_error_under_checksums(tmp_path: Path) -> None:
    frozen = FROZEN["pickles"]
    path = tmp_path / "part-00000"
    Path(beside(str(path))).write_bytes(frozen.checksums)
    path.write_bytes(frozen.data)
    for _ in flips(path, 8):
        with pytest.raises(CorruptDataError, match=r"checksum does not hold .*offset=0"):
            list(read_pickles(str(path), 0, len(frozen.data)))


def test_lengths_at_their_extremes_are_refused_before_they_are_read() -> None:
    frozen = FROZEN["texts"]
    for at in range(len(frozen.data) - 4):
        for extreme in (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\0"):
            data = frozen.data[:at] + extreme + frozen.data[at + 4 :]
            # Without checksums a changed value is what the file says.
            with contextlib.suppress(SluiceError):
                assert len(list(Reader(io.BytesIO(data), "a file").records(0, len(data)))) <= len(
                    frozen.values
                )


@pytest.mark.parametrize("seed", range(4))
def test_every_split_gives_each_record_once(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    print("seed", seed)
    pairs = [(b"", rng.randbytes(rng.choice((0, 1, 100, 30_000, 120_000)))) for _ in range(40)]
    # Bytes that look like the beginning of a mark are no mark.
    pairs += [(b"\xff\xff\xff\xff", b"\xff" * 20)] * 3
    data = b"".join(records(pairs, writables.NULL, writables.BYTES))
    path = tmp_path / "part-00000"
    path.write_bytes(data)
    for parts in (1, 2, 3, 7, 50):
        size = -(-len(data) // parts)
        found = []
        for start in range(0, len(data), size):
            with open(path, "rb") as file:
                found += Reader(file, str(path)).records(start, min(start + size, len(data)))
        assert found == pairs


def test_compressed_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "part-00000"
    path.write_bytes(GZIPPED)
    with pytest.raises(UnsupportedError, match=rf"compressed sequence files .*{path}.*with PySpark"):
        list(read_pairs(str(path), 0, len(GZIPPED)))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 24])
def test_counts_of_variable_length(length: int) -> None:
    encode = writables.encoder(writables.class_of("x"))
    assert writables.decoder(writables.class_of("x"), "file")(encode("x" * length)) == "x" * length


def test_java_arrays_of_another_shape_are_refused() -> None:
    good = pickledarrays.encode([b"abc", b"", b"d" * 300])
    assert list(map(bytes, pickledarrays.decode(good))) == [b"abc", b"", b"d" * 300]
    for length in range(len(good)):
        with pytest.raises(SluiceError, match=r"offset="):
            pickledarrays.decode(good[:length])
    for other in (b"", good + b"x", good.replace(b"[[B", b"[[I"), b"\xac\xed\0\5sr\0\x11java.util.HashMap"):
        with pytest.raises(SluiceError, match=r"offset="):
            pickledarrays.decode(other)


@pytest.mark.parametrize("batch_size", [-1, 0, 1, 3, 10, 1000])
def test_pickle_files_by_every_size_of_batches(sc: Context, tmp_path: Path, batch_size: int) -> None:
    values = [(number, "v" * (number % 50), [None, number / 2]) for number in range(3000)]
    sc.parallelize(values, 3).saveAsPickleFile(str(tmp_path / "out"), batch_size)
    assert sc.pickleFile(str(tmp_path / "out")).collect() == values
    assert sc.pickleFile(str(tmp_path / "out"), 1).getNumPartitions() == 3


def test_pickle_files_are_cut_for_many_tasks(sc: Context, tmp_path: Path) -> None:
    values = [bytes([number % 251]) * 1000 for number in range(1000)]
    sc.parallelize(values, 1).saveAsPickleFile(str(tmp_path / "out"))
    parts = sc.pickleFile(str(tmp_path / "out"), 8).glom().collect()
    assert [item for part in parts for item in part] == values
    assert len(parts) == 8
    # No split is smaller than what stands between two marks.
    assert sc.pickleFile(str(tmp_path / "out"), 1000).getNumPartitions() <= 1_000_000 // SYNC_INTERVAL + 1


def test_objects_of_the_driver_come_back(sc: Context, tmp_path: Path) -> None:
    class Own:
        def __init__(self, number: int) -> None:
            self.number = number

    sc.parallelize([1, 2], 2).map(Own).saveAsPickleFile(str(tmp_path / "out"))
    assert sc.pickleFile(str(tmp_path / "out")).map(lambda own: own.number).collect() == [1, 2]


def test_a_damaged_file_fails_the_job(sc: Context, tmp_path: Path) -> None:
    sc.parallelize(range(100), 1).saveAsPickleFile(str(tmp_path / "out"))
    path = tmp_path / "out" / "part-00000"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(JobError, match=rf"CorruptDataError: .*file={path}"):
        sc.pickleFile(str(tmp_path / "out")).collect()
    (tmp_path / "text").write_text("no sequence file at all")
    with pytest.raises(JobError, match=r"not a SequenceFile .*offset=0"):
        sc.pickleFile(str(tmp_path / "text")).collect()


def test_pairs_of_simple_values(sc: Context, tmp_path: Path) -> None:
    for number, pairs in enumerate(
        (
            [(1, "a"), (-(1 << 31), "é" * 200)],
            [(1 << 31, 2.5), (-(1 << 63), float("inf"))],
            [("k", b"bytes"), ("l", bytearray(b""))],
            [(True, None), (False, None)],
        )
    ):
        out = str(tmp_path / str(number))
        sc.parallelize(pairs, 2).saveAsSequenceFile(out)
        assert sc.sequenceFile(out).collect() == pairs


def test_what_sequence_files_cannot_hold_is_named(sc: Context, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    for items, error, text in (
        ([(1, [2])], UnsupportedError, "Data of type list cannot be used"),
        ([(1, 1 << 70)], UnsupportedError, "Data of type int cannot be used"),
        ([1], UnsupportedError, "RDD element of type int cannot be used"),
        ([], InputError, "empty collection"),
        (
            [(1, "a"), ("x", "b")],
            JobError,
            "wrong class: org.apache.hadoop.io.Text is not org.apache.hadoop.io.Int",
        ),
    ):
        with pytest.raises(error, match=text):
            sc.parallelize(items, 1).saveAsSequenceFile(out)
    with pytest.raises(UnsupportedError, match=r"written uncompressed here \(codec=x.Codec\)"):
        sc.parallelize([(1, 2)], 1).saveAsSequenceFile(out, "x.Codec")
    with pytest.raises(UnsupportedError, match=r"ClassNotFoundException: no.such.Writable"):
        sc.sequenceFile(out, "no.such.Writable")
    with pytest.raises(UnsupportedError, match=r"converters of keys and values are Java classes"):
        sc.sequenceFile(out, keyConverter="x.Converter")
    with pytest.raises(InputError, match=r"Input path does not exist"):
        sc.sequenceFile(out)
    assert list(tmp_path.iterdir()) == []
