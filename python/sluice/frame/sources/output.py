# SPDX-License-Identifier: Apache-2.0
"""Writes the rows of a plan below a directory: beside its place first, and there when all of it is written."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from typing import TYPE_CHECKING, Any

from sluice.files.outputdirectory import OutputDirectory
from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.expr import Attribute
from sluice.frame.names import sql_name, sql_text
from sluice.frame.nodes import Filter, Node, Project
from sluice.frame.run import Run, schema_of
from sluice.frame.sources.linetexts import lines_of
from sluice.frame.sources.outputlines import Lines, no_codec, suffix_of
from sluice.frame.sources.outputparts import Parts
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
from sluice.pyspark.captured import AnalysisException, IllegalArgumentException, NumberFormatException

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
        dynamic = there and self._dynamic()
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
            elif dynamic:
                self._replace(directory.staging)
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

    def _dynamic(self) -> bool:
        """Whether an overwrite leaves the directories that no row goes to.

        Raises:
            IllegalArgumentException: the mode is none that there is.
        """
        if self._mode != "overwrite" or not self._keys or not os.path.isdir(self._path):
            return False
        name = "partitionOverwriteMode"
        conf = str(self._session.conf.get(f"spark.sql.sources.{name}", "static"))
        mode = self._options.text(name, conf)
        if mode.lower() not in ("static", "dynamic"):
            raise IllegalArgumentException(f"{name} is STATIC or DYNAMIC: value={mode!r}", "")
        return mode.lower() == "dynamic"

    def _replace(self, staging: str) -> None:
        """Put new directories into the places of the old ones with the same values, which go when all is done."""
        old = f"{staging}.old"
        done: list[tuple[str, str]] = []
        try:
            for root, _, files in os.walk(staging):
                if not files:
                    continue
                inner = os.path.relpath(root, staging)
                place = os.path.join(self._path, inner)
                if os.path.lexists(place):
                    os.makedirs(os.path.dirname(os.path.join(old, inner)), exist_ok=True)
                    os.rename(place, os.path.join(old, inner))
                    done.append((os.path.join(old, inner), place))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                os.rename(root, place)
        except BaseException:
            for before, place in done:
                shutil.rmtree(place, ignore_errors=True)
                os.rename(before, place)
            raise
        shutil.rmtree(old, ignore_errors=True)
        with open(os.path.join(self._path, "_SUCCESS"), "wb"):
            pass

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
            node, keys = self._with_keys() if self._keys else (self._node, [])
            parts = self._parts(node, keys)
            with Run(self._session._frames.engine()) as run:
                node, told_apart = parts.by_columns()
                below, columns = self._named(run, node, told_apart)
                whole = f"SELECT {columns} FROM ({below})"
                if not parts.one:
                    written = os.path.join(staging, "_rows")
                    names = ", ".join(sql_name(_apart(place)) for place in range(len(told_apart)))
                    run.copy(
                        whole,
                        f"TO {sql_text(written)} ({how}, PARTITION_BY ({names}), "
                        f"FILENAME_PATTERN 'f{{i}}', FILE_EXTENSION '{ending[1:]}')",
                    )
                    if parts.settle(written, staging, ending) or self._keys:
                        return
                    whole += " LIMIT 0"
                file = parts.first(staging, ending)
                run.copy(whole, f"TO {sql_text(file)} ({how})")

        return write

    def _named(self, run: Run, node: Node, told_apart: list[Attribute]) -> tuple[str, str]:
        """The rows as SQL, and their columns under the program's names; those that tell files apart last."""
        below = run.sql(node, frozenset(each.id for each in (*self._data, *told_apart)))
        columns = [f"{each.sql} AS {sql_name(each.name)}" for each in self._data]
        columns += [f"{each.sql} AS {sql_name(_apart(place))}" for place, each in enumerate(told_apart)]
        return run.filled(below), ", ".join(columns) or "1 AS c0"

    def _parts(self, node: Node, keys: list[Attribute]) -> Parts:
        """Which file each row goes to.

        Raises:
            NumberFormatException: the largest number of rows of a file is no number.
        """
        most = self._options.get("maxRecordsPerFile") or str(
            self._session.conf.get("spark.sql.files.maxRecordsPerFile", "0")
        )
        try:
            rows = max(0, int(most))
        except ValueError:
            raise NumberFormatException(f'For input string: "{most}"', "") from None
        return Parts.of(node, keys, rows)

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
            parts = self._parts(made, keys)
            with Run(self._session._frames.engine()) as run, Lines(header, separator, ending) as lines:
                for path, texts in parts.texts(run, text, staging, ending):
                    lines.write(path, texts)
                first = parts.first(staging, ending)
                if not self._keys and not os.path.exists(first):
                    lines.write(first, [])

        return write


def _apart(place: int) -> str:
    """The name, which no column of a program has, of a column that tells files apart."""
    return f"sluice {place}"


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
