# SPDX-License-Identifier: Apache-2.0
"""Writes the rows of a plan below a directory: beside its place first, and there when all of it is written."""

from __future__ import annotations

import errno
import os
import re
import shutil
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluice.files.outputdirectory import OutputDirectory
from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.expr import Attribute
from sluice.frame.names import sql_name, sql_text
from sluice.frame.nodes import Filter, Node, Project, Sort
from sluice.frame.run import Run, schema_of
from sluice.frame.sources.linetexts import lines_of
from sluice.frame.sources.outputlines import no_codec, suffix_of, write_lines
from sluice.frame.sources.parquet import METADATA
from sluice.frame.sources.paths import NO_VALUE
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DayTimeIntervalType,
    MapType,
    NullType,
    StringType,
    StructType,
    YearMonthIntervalType,
)
from sluice.pyspark.captured import AnalysisException

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["Output"]

_PARQUET_CODECS = {
    "none": "uncompressed",
    "uncompressed": "uncompressed",
    "snappy": "snappy",
    "gzip": "gzip",
    "zstd": "zstd",
    "lz4": "lz4_raw",
    "lz4_raw": "lz4_raw",
    "brotli": "brotli",
}
_ENDINGS = {
    "uncompressed": "",
    "snappy": ".snappy",
    "gzip": ".gz",
    "zstd": ".zstd",
    "lz4_raw": ".lz4raw",
    "brotli": ".br",
}
_INTERVALS = (CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType)
#: What Spark escapes in the name of a directory.
_ESCAPED = re.compile(r"""[\x01-\x1f\x7f"#%'*/:=?\\{\[\]^]""")


class Output:
    """One write."""

    def __init__(
        self, session: SparkSession, node: Node, path: str, mode: str, partitions: list[str], options: Options
    ) -> None:
        self._session = session
        self._node = node
        self._path = path
        self._mode = mode
        self._options = options
        self._settings = session._frames.settings()
        self._keys = [self._key(name) for name in partitions]
        used = {key.id for key in self._keys}
        self._data = [each for each in node.output if each.id not in used]
        if self._keys and not self._data:
            raise errors.analysis(
                "ALL_PARTITION_COLUMNS_NOT_ALLOWED",
                "Cannot use all columns for partition columns. SQLSTATE: KD005",
            )
        seen: set[str] = set()
        for each in node.output:
            if each.name.lower() in seen:
                raise errors.analysis(
                    "COLUMN_ALREADY_EXISTS",
                    f"The column `{each.name.lower()}` already exists. Choose another name or rename the existing "
                    "column. SQLSTATE: 42711",
                )
            seen.add(each.name.lower())

    def _key(self, name: str) -> Attribute:
        for each in self._node.output:
            if each.name.lower() == name.lower():
                return each
        shown = schema_of(self._node.output).simpleString()
        raise AnalysisException(f"Partition column `{name}` not found in schema {shown}.", "")

    def write(self, format: str) -> None:
        """Write all rows in a format.

        Raises:
            AnalysisException: there is something already, or a column that the format does not have.
        """
        there = os.path.lexists(self._path)
        if there and self._mode == "error":
            raise self._exists()
        if there and self._mode == "ignore":
            return
        writer = self._parquet() if format == "parquet" else self._lines(format)
        target = (
            f"{self._path}/.sluice-rows-{uuid.uuid4().hex}"
            if there and self._mode == "append"
            else self._path
        )
        if there and self._mode == "overwrite":
            target = f"{self._path.rstrip('/')}.sluice-new-{uuid.uuid4().hex[:12]}"
            target = os.path.join(os.path.dirname(target), "." + os.path.basename(target))
        directory = OutputDirectory(target)
        try:
            writer(directory.staging)
            if there and self._mode == "append":
                self._append(directory.staging)
                directory.abort()
            else:
                self._commit(directory.staging)
        except BaseException:
            directory.abort()
            raise

    def _exists(self) -> Exception:
        return errors.analysis(
            "PATH_ALREADY_EXISTS",
            f'Path file:{self._path} already exists. Set mode as "overwrite" to overwrite the existing path. '
            "SQLSTATE: 42K04",
        )

    def _commit(self, staging: str) -> None:
        """Give the new files their place; the old ones go when that is done."""
        with open(os.path.join(staging, "_SUCCESS"), "wb"):
            pass
        old = None
        if self._mode == "overwrite" and os.path.lexists(self._path):
            old = f"{staging}.old"
            os.rename(self._path, old)
        try:
            os.rename(staging, self._path)
        except OSError as error:
            if old is not None:
                os.rename(old, self._path)
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise self._exists() from error
            raise
        if old is not None:
            if os.path.isdir(old) and not os.path.islink(old):
                shutil.rmtree(old)
            else:
                os.unlink(old)

    def _append(self, staging: str) -> None:
        for root, _, files in os.walk(staging):
            inner = os.path.join(self._path, os.path.relpath(root, staging))
            os.makedirs(inner, exist_ok=True)
            for name in files:
                os.rename(os.path.join(root, name), os.path.join(inner, name))
        with open(os.path.join(self._path, "_SUCCESS"), "wb"):
            pass

    def _parquet(self) -> Any:
        conf = self._session.conf.get("spark.sql.parquet.compression.codec", "snappy")
        codec = (
            self._options.get("compression") or self._options.get("parquet.compression") or str(conf)
        ).lower()
        if codec not in _PARQUET_CODECS:
            raise no_codec(codec, _PARQUET_CODECS)
        codec = _PARQUET_CODECS[codec]
        for each in self._data:
            _check(each, each.type, "Parquet", nested=True)
        kept = StructType(list(schema_of(self._data).fields)).json().replace("'", "''")
        how = f"FORMAT parquet, COMPRESSION {codec}, KV_METADATA {{'{METADATA}': '{kept}'}}"
        ending = f"{_ENDINGS[codec]}.parquet"

        def write(staging: str) -> None:
            with Run(self._session._frames.engine()) as run:
                if not self._keys:
                    file = os.path.join(staging, f"part-00000-{uuid.uuid4()}-c000{ending}")
                    run.execute(f"COPY ({self._named(run, self._node, [])}) TO {sql_text(file)} ({how})")
                    return
                node, keys = self._with_keys()
                names = ", ".join(sql_name(key.name) for key in keys)
                text = self._named(run, node, keys)
                pattern = f"part-00000-{uuid.uuid4()}.c{{i}}"
                run.execute(
                    f"COPY ({text}) TO {sql_text(staging)} ({how}, PARTITION_BY ({names}), OVERWRITE_OR_IGNORE TRUE, "
                    f"FILENAME_PATTERN '{pattern}', FILE_EXTENSION '{ending[1:]}')"
                )
            _rename_directories(staging)

        return write

    def _named(self, run: Run, node: Node, keys: list[Attribute]) -> str:
        """The rows under the names that the program gave."""
        wanted = [*self._data, *keys]
        below = run.sql(node, frozenset(each.id for each in wanted))
        columns = ", ".join(f"{each.sql} AS {sql_name(each.name)}" for each in wanted)
        return run.filled(f"SELECT {columns or '1 AS c0'} FROM ({below})")

    def _with_keys(self) -> tuple[Node, list[Attribute]]:
        """The rows with the partition columns as texts behind them."""
        keys = [Attribute(each.name, StringType(), True) for each in self._keys]
        texts = []
        for each in self._keys:
            text = cast(self._settings, Sql(each.sql, each.type), StringType()).text
            texts.append(f"coalesce(nullif({text}, ''), '{NO_VALUE}')")
        node = Project((*self._data, *keys), self._node, (*(each.sql for each in self._data), *texts))
        return node, keys

    def _lines(self, format: str) -> Any:
        if format == "text" and (len(self._data) != 1 or not isinstance(self._data[0].type, StringType)):
            for each in self._data:
                if not isinstance(each.type, StringType):
                    raise _no_type("Text", each)
            raise errors.analysis(
                "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
                f"Text data source supports only a single column, and you have {len(self._data)} columns.",
            )
        for each in self._data:
            _check(each, each.type, format.upper() if format != "text" else "Text", nested=format == "json")
        line, header = lines_of(format, self._data, self._settings, self._options)
        ending = suffix_of(format, self._options)
        separator = self._options.text("lineSep", "\n").encode()

        def write(staging: str) -> None:
            node, keys = self._with_keys() if self._keys else (self._node, [])
            text = Attribute("line", StringType(), True)
            made: Node = Project((text, *keys), node, (line, *(key.sql for key in keys)))
            if format == "csv" and len(self._data) == 1:
                # As Spark has it, a row of one null makes no line.
                made = Filter(made.output, made, f"{text.sql} <> ''")
            with Run(self._session._frames.engine()) as run:
                for place, some in _by_key(run, made, keys):
                    directory = os.path.join(staging, *place)
                    os.makedirs(directory, exist_ok=True)
                    name = f"part-00000-{uuid.uuid4()}" + (".c000" if keys else "-c000")
                    write_lines(
                        os.path.join(directory, name + ending), run.reader(some), header, separator, ending
                    )

        return write


def _by_key(run: Run, node: Node, keys: list[Attribute]) -> Iterator[tuple[list[str], Node]]:
    """The rows of each directory."""
    if not keys:
        yield [], node
        return
    from sluice.frame.nodes import Aggregate

    names = tuple(key.sql for key in keys)
    groups = Aggregate(tuple(keys), node, ", ".join(names), names)
    ordered = Sort(groups.output, groups, tuple(f"{name} ASC" for name in names))
    for row in run.table(ordered).to_pylist():
        values = list(row.values())
        condition = " AND ".join(
            f"{key.sql} = {sql_text(value)}" for key, value in zip(keys, values, strict=True)
        )
        place = [f"{_escaped(key.name)}={_escaped(value)}" for key, value in zip(keys, values, strict=True)]
        yield place, Project(node.output[:1], Filter(node.output, node, condition), (node.output[0].sql,))


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _rename_directories(staging: str) -> None:
    """Names of directories as Spark escapes them: fewer characters than DuckDB does."""
    for root, directories, _ in os.walk(staging, topdown=False):
        for name in directories:
            key, _, value = name.partition("=")
            better = f"{_escaped(urllib.parse.unquote(key))}={_escaped(urllib.parse.unquote(value))}"
            if better != name:
                os.rename(os.path.join(root, name), os.path.join(root, better))


def _no_type(format: str, column: Attribute) -> AnalysisException:
    return errors.analysis(
        "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
        f"The {format} datasource doesn't support the column `{column.name}` of the type "
        f'"{column.type.simpleString().upper()}". SQLSTATE: 0A000',
    )


def _check(column: Attribute, type_: DataType, format: str, nested: bool) -> None:
    """Refuse a column that a format has no form for."""
    if isinstance(type_, ArrayType | MapType | StructType):
        if not nested:
            raise _no_type(format, column)
        if isinstance(type_, StructType):
            inner = [field.dataType for field in type_.fields]
        else:
            inner = [type_.elementType] if isinstance(type_, ArrayType) else [type_.keyType, type_.valueType]
        for each in inner:
            _check(column, each, format, nested)
    elif isinstance(type_, _INTERVALS) or (isinstance(type_, NullType) and format != "JSON"):
        raise _no_type(format, column)
