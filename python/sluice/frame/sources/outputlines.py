# SPDX-License-Identifier: Apache-2.0
"""Files of lines: the codecs there are, and how lines are written by them."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sluice.frame.errors import condition
from sluice.pyspark.captured import IllegalArgumentException

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options

__all__ = ["no_codec", "suffix_of", "write_lines"]

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


def write_lines(path: str, reader: Any, header: str | None, separator: bytes, ending: str) -> None:
    """Write the first column of batches as lines."""
    with _opened(path, ending) as file:
        if header is not None:
            file.write(header.encode() + separator)
        for batch in reader:
            texts = batch.column(0).to_pylist()
            if texts:
                file.write(separator.decode().join(texts).encode() + separator)


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
