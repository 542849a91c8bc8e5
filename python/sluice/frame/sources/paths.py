# SPDX-License-Identifier: Apache-2.0
"""Which files a path names, and what the names of their directories say: `year=2020/month=1/part-0.parquet`."""

from __future__ import annotations

import datetime
import fnmatch
import os
import re
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sluice.files import inputs, patterns
from sluice.frame import errors
from sluice.frame.errors import not_here
from sluice.frame.types import (
    DataType,
    DateType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    TimestampType,
)
from sluice.pyspark.captured import AnalysisException, SparkRuntimeException

__all__ = ["NO_VALUE", "Found", "files_of", "local"]

#: What a directory is called for null, or for an empty text.
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Found:
    """Files, and for each the values of the partition columns as texts; None is null."""

    files: tuple[str, ...]
    names: tuple[str, ...] = ()
    types: tuple[DataType, ...] = ()
    values: tuple[tuple[str | None, ...], ...] = ()


def local(path: str) -> str:
    """The path of a file of this machine.

    Raises:
        PySparkNotImplementedError: it is somewhere else.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", path) and not path.startswith("file:"):
        raise not_here(
            f"path {path}",
            f"frames read and write files of this machine: path={path!r}; copy it, or read it as an RDD",
        )
    where: list[str] = inputs.absolute(path)
    if len(where) != 1:
        # Commas separate paths of RDDs; a frame's path is one.
        where = [os.path.abspath(path)]
    return where[0]


def files_of(
    paths: Sequence[str],
    recursive: bool = False,
    pattern: str | None = None,
    base: str | None = None,
    infer: bool = True,
) -> Found:
    """List the files of paths, directories and patterns.

    Args:
        recursive: whether directories in directories are read, whatever they are called.
        pattern: only files whose names match it.
        base: where the directories of partitions begin; by default each path.
        infer: whether partition columns are numbers and dates where all their values are.

    Raises:
        AnalysisException: there is nothing at a path.
    """
    found: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    roots: list[str] = []
    for path in paths:
        where = local(path)
        expanded = patterns.expand(where)
        visible = [each for each in expanded or () if not _hidden(os.path.basename(each)) or each == where]
        if not visible:
            raise missing(where)
        roots += visible
    top = None if base is None else local(base)
    for root in roots:
        for file, keys in _walk(root, recursive):
            if pattern is None or fnmatch.fnmatchcase(os.path.basename(file), pattern):
                found.append((file, (*_above(root, top), *keys)))
    made = _partitioned(found, recursive, infer)
    beginnings = {root for root in roots if os.path.isdir(root)}
    if made.names and top is None and len(beginnings) > 1:
        raise errors.raised(
            "CONFLICTING_DIRECTORY_STRUCTURES",
            "Conflicting directory structures detected.\nSuspicious paths:\n\t"
            + "\n\t".join(f"file:{root}" for root in sorted(beginnings))
            + '\nIf provided paths are partition directories, please set "basePath" in the options of the data source '
            "to specify the root directory of the table. SQLSTATE: KD009",
            SparkRuntimeException,
        )
    return made


def missing(path: str) -> AnalysisException:
    """The error for a path at which there is nothing."""
    error = errors.analysis("PATH_NOT_FOUND", f"Path does not exist: file:{path}. SQLSTATE: 42K03")
    assert isinstance(error, AnalysisException)
    error._messageParameters = {"path": f"file:{path}"}
    return error


def _hidden(name: str) -> bool:
    return name.startswith(".") or (name.startswith("_") and "=" not in name) or name.endswith("._COPYING_")


def _walk(root: str, recursive: bool) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    if not os.path.isdir(root):
        yield root, ()
        return
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if _hidden(entry.name):
            continue
        if not entry.is_dir():
            yield entry.path, ()
            continue
        name, equals, value = entry.name.partition("=")
        if recursive or (equals and name):
            own = () if recursive else ((_unescaped(name), value),)
            for file, keys in _walk(entry.path, recursive):
                yield file, (*own, *keys)


def _above(root: str, top: str | None) -> tuple[tuple[str, str], ...]:
    """The partitions that the path itself lies in, below where they begin."""
    if top is None or not (root + "/").startswith(top.rstrip("/") + "/"):
        return ()
    parts = os.path.relpath(root, top).split("/")
    pairs = (part.partition("=") for part in parts if "=" in part)
    return tuple((_unescaped(name), value) for name, _, value in pairs)


def _unescaped(text: str) -> str:
    return urllib.parse.unquote(text)


def _partitioned(found: list[tuple[str, tuple[tuple[str, str], ...]]], recursive: bool, infer: bool) -> Found:
    files = tuple(file for file, _ in found)
    shapes = {tuple(name for name, _ in keys) for _, keys in found}
    if recursive or shapes <= {()}:
        return Found(files)
    if len({tuple(name.lower() for name in shape) for shape in shapes}) > 1:
        lists = "\n\t".join(", ".join(shape) for shape in sorted(shapes))
        error = errors.raised(
            "CONFLICTING_PARTITION_COLUMN_NAMES",
            f"Conflicting partition column names detected:\n\t{lists}\nFor partitioned table directories, data files "
            "should only live in leaf directories. SQLSTATE: KD009",
            SparkRuntimeException,
        )
        raise error
    names = tuple(name for name, _ in found[0][1])
    values = tuple(tuple(_value(value) for _, value in keys) for _, keys in found)
    columns = list(zip(*values, strict=True))
    types = tuple(_type(column) if infer else StringType() for column in columns)
    return Found(files, names, types, values)


def _value(text: str) -> str | None:
    return None if text == NO_VALUE else _unescaped(text)


def _type(values: Sequence[str | None]) -> DataType:
    """The narrowest type that all values have."""
    some = [value for value in values if value is not None]
    if not some:
        return StringType()
    for type_, fits in _KINDS:
        if all(fits(value) for value in some):
            return type_
    return StringType()


def _whole(bits: int) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        return re.fullmatch(r"[+-]?\d+", text) is not None and -(2**bits) <= int(text) < 2**bits

    return fits


def _is_double(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def _is_timestamp(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}.*", text) is not None


_KINDS: tuple[tuple[DataType, Callable[[str], bool]], ...] = (
    (IntegerType(), _whole(31)),
    (LongType(), _whole(63)),
    (DoubleType(), _is_double),
    (DateType(), _is_date),
    (TimestampType(), _is_timestamp),
)
