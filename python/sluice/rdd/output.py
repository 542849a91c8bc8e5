# SPDX-License-Identifier: Apache-2.0
"""Operations that write files."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sluice.errors import OutputExistsError, UnsupportedError
from sluice.files import UTF8_ERRORS
from sluice.inputs import has_zstd, local_path
from sluice.rdd.base import RDDBase
from sluice.taskcontext import TaskContext

T_co = TypeVar("T_co", covariant=True)

_CODECS = {
    "GzipCodec": ".gz",
    "BZip2Codec": ".bz2",
    "DefaultCodec": ".deflate",
    "DeflateCodec": ".deflate",
    "ZStandardCodec": ".zst",
}
_BATCH = 4096


class Output(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def saveAsTextFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write the items as lines, a file for each partition, into a new directory that appears whole or not at all.

        Args:
            path: the directory.
            compressionCodecClass: ``org.apache.hadoop.io.compress.GzipCodec``, ``BZip2Codec``, ``DefaultCodec`` or
                ``ZStandardCodec``.

        Raises:
            OutputExistsError: there is something at ``path``.
        """
        from sluice.pyspark import present

        target = local_path(path)
        suffix = _suffix(compressionCodecClass or self.ctx._hadoop.output_codec)
        if os.path.lexists(target):
            raise present(
                OutputExistsError(
                    f"FileAlreadyExistsException: Output directory file:{target} already exists"
                )
            )
        parent, name = os.path.split(target)
        os.makedirs(parent, exist_ok=True)
        staging = os.path.join(parent, f".{name}.{uuid.uuid4().hex[:12]}")
        os.mkdir(staging)
        try:
            written = self._derive("mapPartitionsWithIndex", partial(_write_part, staging, suffix))
            for _ in self.ctx._collect_partitions(written):
                pass
            if self.ctx._hadoop.marks_success:
                with open(os.path.join(staging, "_SUCCESS"), "wb"):
                    pass
            os.rename(staging, target)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise


def _suffix(codec: str | None) -> str:
    if codec is None:
        return ""
    suffix = _CODECS.get(codec.rpartition(".")[2])
    if suffix is None:
        from sluice.pyspark import present

        raise present(UnsupportedError("unknown compression codec", codec=codec, known=", ".join(_CODECS)))
    if suffix == ".zst" and not has_zstd():
        from sluice.pyspark import present

        raise present(
            UnsupportedError(
                "no zstd in this Python", codec=codec, advice="install zstandard, or use Python 3.14"
            )
        )
    return suffix


def _write_part(directory: str, suffix: str, split: int, items: Iterator[Any]) -> Iterable[Any]:
    context = TaskContext.get()
    attempt = context.taskAttemptId() if context is not None else 0
    # Another attempt at this partition may be writing too: each has a file of its own until it is whole.
    hidden = os.path.join(directory, f".part-{split:05d}.{attempt}")
    try:
        with _create(hidden, suffix) as file:
            while batch := list(islice(items, _BATCH)):
                file.write(_encoded(batch))
        os.replace(hidden, os.path.join(directory, f"part-{split:05d}{suffix}"))
    except BaseException:
        if os.path.exists(hidden):
            os.unlink(hidden)
        raise
    return ()


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
        from sluice import deflate

        if deflate.library() is not None:
            return deflate.Writer(open(path, "wb"))
        return _gzip(path)
    if suffix == ".bz2":
        import bz2

        return bz2.open(path, "wb")
    if suffix == ".deflate":
        return _Deflating(path)
    if suffix == ".zst":
        return _zstd(path)
    return open(path, "wb", buffering=0)


@contextmanager
def _gzip(path: str) -> Iterator[Any]:
    import gzip

    # GzipFile does not close what it writes to, and closing is when a full disk may show.
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 6, file, 0) as zipped:
        yield zipped


def _zstd(path: str) -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        import zstandard

        return zstandard.open(path, "wb")
    return zstd.open(path, "wb")


class _Deflating:
    """A file that holds one zlib stream."""

    def __init__(self, path: str) -> None:
        import zlib

        self._file = open(path, "wb")  # noqa: SIM115
        self._encoder = zlib.compressobj()

    def write(self, data: bytes) -> None:
        self._file.write(self._encoder.compress(data))

    def __enter__(self) -> _Deflating:
        return self

    def __exit__(self, *exception: object) -> None:
        with self._file:
            self._file.write(self._encoder.flush())
