# SPDX-License-Identifier: Apache-2.0
"""Files of lines: the codecs there are, and how lines are written by them."""

from __future__ import annotations

import bz2
import gzip
import os
import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sluice.frame.errors import condition
from sluice.pyspark.captured import IllegalArgumentException

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options

__all__ = ["Lines", "no_codec", "suffix_of"]

_ENDINGS = {
    "none": "",
    "uncompressed": "",
    "gzip": ".gz",
    "bzip2": ".bz2",
    "deflate": ".deflate",
    "zstd": ".zst",
}


def no_codec(codec: str, known: Iterable[str]) -> IllegalArgumentException:
    """The error for a codec that a format has not."""
    return condition(
        IllegalArgumentException,
        "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
        f"The codec {codec} is not available. Available codecs are {', '.join(known)}. SQLSTATE: 56038",
    )


def suffix_of(format: str, options: Options) -> str:
    """What a file's name ends with.

    Raises:
        IllegalArgumentException: there is no such codec.
    """
    codec = options.text("compression", "none").lower()
    if codec not in _ENDINGS:
        raise no_codec(codec, _ENDINGS)
    return f".{'txt' if format == 'text' else format}{_ENDINGS[codec]}"


class Lines:
    """Writes files of lines one after another: the next path closes the file before."""

    def __init__(self, header: str | None, separator: bytes, ending: str) -> None:
        self._header = header
        self._separator = separator
        self._ending = ending
        self._path: str | None = None
        self._open = ExitStack()
        self._file: Any = None

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *args: object) -> None:
        self._open.close()

    def write(self, path: str, texts: list[str]) -> None:
        """Add lines to a file, which is made if it is another than that of the lines before."""
        if path != self._path:
            self._open.close()
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self._file = self._open.enter_context(_opened(path, self._ending))
            self._path = path
            if self._header is not None:
                self._file.write(self._header.encode() + self._separator)
        if texts:
            self._file.write(self._separator.decode().join(texts).encode() + self._separator)


def _opened(path: str, ending: str) -> Any:
    if ending.endswith(".gz"):
        return gzip.open(path, "wb", compresslevel=6)
    if ending.endswith(".bz2"):
        return bz2.open(path, "wb")
    if ending.endswith(".deflate"):
        return _Deflated(path)
    if ending.endswith(".zst"):
        import pyarrow as pa

        return pa.CompressedOutputStream(pa.OSFile(path, "wb"), "zstd")
    return open(path, "wb")


class _Deflated:
    """A file of zlib's form."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "wb")  # noqa: SIM115 - closed at the end of the block that it is made for
        self._packer = zlib.compressobj()

    def __enter__(self) -> _Deflated:
        return self

    def write(self, data: bytes) -> None:
        self._file.write(self._packer.compress(data))

    def __exit__(self, *args: object) -> None:
        self._file.write(self._packer.flush())
        self._file.close()
