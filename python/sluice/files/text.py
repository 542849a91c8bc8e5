# SPDX-License-Identifier: Apache-2.0
"""Lines as files: how items become text, and the ways in which text files are compressed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from sluice.errors import UnknownClassError, UnsupportedError
from sluice.files.filesystems import open_to_write
from sluice.files.inputs import has_zstd
from sluice.files.outputdirectory import write_part
from sluice.files.reading import UTF8_ERRORS

__all__ = ["TextWriter", "suffix_of_codec"]

_PACKAGE = "org.apache.hadoop.io.compress."
_CODECS = {
    _PACKAGE + "GzipCodec": ".gz",
    _PACKAGE + "BZip2Codec": ".bz2",
    _PACKAGE + "DefaultCodec": ".deflate",
    _PACKAGE + "DeflateCodec": ".deflate",
    _PACKAGE + "ZStandardCodec": ".zst",
}
_BATCH = 4096


def suffix_of_codec(codec: str | None) -> str:
    """Return what files of a codec end with.

    Raises:
        UnsupportedError: there is no such codec, or no zstd in this Python.
    """
    from sluice.pyspark import present

    if not codec:
        return ""
    suffix = _CODECS.get(codec)
    if suffix is None:
        raise present(
            UnknownClassError(
                f"ClassNotFoundException: {codec}", advice=f"known codecs: {', '.join(_CODECS)}"
            )
        )
    if suffix == ".zst" and not has_zstd():
        raise present(
            UnsupportedError(
                "no zstd in this Python", codec=codec, advice="install zstandard, or use Python 3.14"
            )
        )
    return suffix


class TextWriter:
    """A task's step: writes the items of a partition as lines and returns the names of its files."""

    def __init__(self, directory: str, suffix: str) -> None:
        self._directory = directory
        self._suffix = suffix

    def __call__(self, split: int, items: Iterator[Any]) -> list[str]:
        def fill(file: Any) -> None:
            while batch := list(islice(items, _BATCH)):
                file.write(_encoded(batch))

        return write_part(
            self._directory, split, self._suffix, False, fill, partial(_create, suffix=self._suffix)
        )


def _encoded(batch: list[Any]) -> bytes:
    try:
        return ("\n".join(batch) + "\n").encode()
    except TypeError:
        # Bytes that are no UTF-8 go through a Java string in PySpark.
        lines = [
            item.decode("utf-8", UTF8_ERRORS).encode() if isinstance(item, bytes) else str(item).encode()
            for item in batch
        ]
        return b"\n".join(lines) + b"\n"


def _create(path: str, suffix: str) -> Any:
    if suffix == ".gz":
        from sluice.files import deflate

        if deflate.library() is not None:
            return deflate.Writer(open_to_write(path))
        return _gzip(path)
    if suffix == ".bz2":
        import bz2

        return _packed(path, bz2.open)
    if suffix == ".deflate":
        return _Deflating(path)
    if suffix == ".zst":
        return _packed(path, _zstd())
    return open_to_write(path)


@contextmanager
def _packed(path: str, encoder: Any) -> Iterator[Any]:
    # Encoders that are given a file do not close it, and closing is when a full disk may show.
    with open_to_write(path) as file, encoder(file, "wb") as packed:
        yield packed


@contextmanager
def _gzip(path: str) -> Iterator[Any]:
    import gzip

    with open_to_write(path) as file, gzip.GzipFile("", "wb", 6, file, 0) as packed:
        yield packed


def _zstd() -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        import zstandard

        return lambda file, mode: zstandard.ZstdCompressor().stream_writer(file, closefd=False)
    return zstd.open


class _Deflating:
    """A file that holds one zlib stream."""

    def __init__(self, path: str) -> None:
        import zlib

        self._file = open_to_write(path)
        self._encoder = zlib.compressobj()

    def write(self, data: bytes) -> None:
        self._file.write(self._encoder.compress(data))

    def __enter__(self) -> _Deflating:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._file:
            self._file.write(self._encoder.flush())
