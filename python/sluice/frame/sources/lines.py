# SPDX-License-Identifier: Apache-2.0
"""Lines of text files as a node: read block by block when a query runs, plain or compressed."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluice.frame.casts import cast
from sluice.frame.errors import condition
from sluice.frame.expr import Attribute
from sluice.frame.names import sql_text
from sluice.frame.nodes import Local, Node
from sluice.frame.sources.paths import Found
from sluice.frame.sqltext import Sql
from sluice.frame.types import StringType
from sluice.pyspark.captured import SparkRuntimeException

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.run import Run
    from sluice.frame.settings import FrameSettings

__all__ = ["Lines", "lines", "of_texts", "partitions"]

_BLOCK = 4 << 20
#: Makes the records of a file of its lines.
Shape = Callable[[Iterator[list[bytes]]], Iterator[list[bytes]]]


@dataclass(frozen=True, eq=False)
class Lines(Node):
    """A column of texts, and which file each is of."""

    files: tuple[str, ...]
    #: What ends a line; by default what ends one anywhere.
    separator: bytes | None
    whole: bool
    #: What becomes of a file's lines, such as without its header.
    shape: Shape | None
    replace: bool

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        import pyarrow as pa

        schema = pa.schema([("0", pa.string()), ("1", pa.int32())])
        name = run.stream(pa.RecordBatchReader.from_batches(schema, self._batches()))
        return f'SELECT "0" AS {self.output[0].sql}, "1" AS {self.output[1].sql} FROM {name}'

    def _batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for number, path in enumerate(self.files):
            for some in self.of_file(path):
                texts = _as_texts(some, path, self.replace)
                which = pa.repeat(pa.scalar(number, pa.int32()), len(texts))
                yield pa.RecordBatch.from_arrays([texts, which], names=["0", "1"])

    def of_file(self, path: str) -> Iterator[list[bytes]]:
        """The records of one file."""
        if self.whole:
            with _opened(path) as file:
                found: Iterator[list[bytes]] = iter([[file.read().removeprefix(codecs.BOM_UTF8)]])
        else:
            found = _lines(path, self.separator)
        return found if self.shape is None else self.shape(found)


def lines(
    found: Found, separator: str | None, whole: bool = False, shape: Shape | None = None, replace: bool = True
) -> Lines:
    """The node of files' lines."""
    from sluice.frame.types import IntegerType

    output = (Attribute("value", StringType(), False), Attribute("file", IntegerType(), False))
    return Lines(
        output, found.files, None if separator is None else separator.encode(), whole, shape, replace
    )


def of_texts(texts: list[str]) -> Node:
    """The node of texts that are at hand."""
    import pyarrow as pa

    table = pa.table(
        [pa.array(texts, pa.string()), pa.repeat(pa.scalar(0, pa.int32()), len(texts))], ["0", "1"]
    )
    from sluice.frame.types import IntegerType

    output = (Attribute("value", StringType(), True), Attribute("file", IntegerType(), False))
    return Local(output, table)


def partitions(
    found: Found, file: Attribute, wanted: dict[str, Any], settings: FrameSettings
) -> list[tuple[Attribute, str]]:
    """The partition columns of rows that know the number of their file."""
    made = []
    for place, (name, type_) in enumerate(zip(found.names, found.types, strict=True)):
        type_ = wanted.get(name.lower(), type_)
        texts = ", ".join("NULL" if row[place] is None else sql_text(str(row[place])) for row in found.values)
        text = f"CAST([{texts}] AS VARCHAR[])[{file.sql} + 1]"
        made.append((Attribute(name, type_, True), cast(settings, Sql(text, StringType()), type_).text))
    return made


def _opened(path: str) -> Any:
    """A file's bytes, unpacked by what its name ends with."""
    lowered = path.lower()
    for ending, opener in ((".gz", gzip.open), (".bz2", bz2.open), (".xz", lzma.open)):
        if lowered.endswith(ending):
            return opener(path, "rb")
    if lowered.endswith(".deflate"):
        import io

        with open(path, "rb") as file:
            return io.BytesIO(zlib.decompress(file.read()))
    if lowered.endswith((".zst", ".zstd", ".lz4", ".snappy")):
        import pyarrow as pa

        if lowered.endswith((".zst", ".zstd")):
            return pa.CompressedInputStream(pa.OSFile(path), "zstd")
        raise condition(
            SparkRuntimeException,
            "UNSUPPORTED_COMPRESSION",
            f"a text file in a codec that is not read here: file={path}; codecs are gzip, bzip2, xz, deflate, zstd",
        )
    return open(path, "rb")


def _lines(path: str, separator: bytes | None) -> Iterator[list[bytes]]:
    with _opened(path) as file:
        rest = b""
        end = separator or b"\n"
        first = True
        while block := file.read(_BLOCK):
            data = rest + (block.removeprefix(codecs.BOM_UTF8) if first else block)
            first = False
            if separator is None and b"\r" in data:
                # One that ends the block may belong to the next one's first character.
                held = b"\r" if data.endswith(b"\r") else b""
                data = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            else:
                held = b""
            *some, rest = data.split(end)
            rest += held
            if some:
                yield some
        if separator is None and rest.endswith(b"\r"):
            rest = rest[:-1]
            yield [rest]
        elif rest:
            yield [rest]


def _as_texts(some: list[bytes], path: str, replace: bool) -> pa.Array:
    import pyarrow as pa

    made = pa.array(some, pa.binary())
    try:
        return made.cast(pa.string())
    except pa.ArrowInvalid:
        if not replace:
            raise
        return pa.array([each.decode("utf-8", "replace") for each in some], pa.string())
