# SPDX-License-Identifier: Apache-2.0
"""`df.write`: frames as files, in a directory that is there whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.errors import unexpected
from sluice.frame.nodes import Node
from sluice.frame.sources.options import Configured
from sluice.frame.sources.paths import local
from sluice.pyspark import refusedsql
from sluice.pyspark.captured import AnalysisException, IllegalArgumentException
from sluice.pyspark.refused import missing

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["DataFrameWriter"]

_MODES = {
    "error": "error",
    "errorifexists": "error",
    "default": "error",
    "overwrite": "overwrite",
    "append": "append",
    "ignore": "ignore",
}


class DataFrameWriter(Configured):
    """Collects a format, a mode and options, then writes."""

    def __init__(self, frame: DataFrame) -> None:
        super().__init__()
        self._frame = frame
        self._mode = "error"
        self._partitions: list[str] = []

    def mode(self, saveMode: str | None) -> DataFrameWriter:
        """Say what happens where something is already: error, overwrite, append or ignore."""
        if saveMode:
            if saveMode.lower() not in _MODES:
                raise errors.raised(
                    "INVALID_SAVE_MODE",
                    f'The specified save mode "{saveMode}" is invalid. Valid save modes include "append", "overwrite", '
                    '"ignore", "error", "errorifexists", and "default". SQLSTATE: 42000',
                    AnalysisException,
                )
            self._mode = _MODES[saveMode.lower()]
        return self

    def partitionBy(self, *cols: Any) -> DataFrameWriter:
        """Write a directory for each value of these columns."""
        self._partitions = (
            list(cols[0]) if len(cols) == 1 and isinstance(cols[0], list | tuple) else list(cols)
        )
        return self

    def save(
        self,
        path: str | None = None,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> None:
        """Write, by the format, mode and options that were set."""
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        path = path if path is not None else self._options.get("path")
        if path is None:
            raise IllegalArgumentException("Expected exactly one path to be specified, but got: ", "")
        if not isinstance(path, str):
            raise unexpected("path", "str", path)
        session = self._frame.sparkSession
        name = self._format or session.conf.get("spark.sql.sources.default", "parquet")
        self._write(str(name), local(path))

    def parquet(
        self, path: str, mode: str | None = None, partitionBy: Any = None, compression: str | None = None
    ) -> None:
        """Write Parquet files."""
        self.format("parquet").option("compression", compression or self._options.get("compression"))
        self.save(path, mode=mode, partitionBy=partitionBy)

    def csv(
        self, path: str, mode: str | None = None, compression: str | None = None, *args: Any, **options: Any
    ) -> None:
        """Write CSV files."""
        self._write_text("csv", path, mode, compression, dict(zip(_CSV, args, strict=False)) | options)

    def json(
        self, path: str, mode: str | None = None, compression: str | None = None, *args: Any, **options: Any
    ) -> None:
        """Write JSON, a record a line."""
        self._write_text("json", path, mode, compression, dict(zip(_JSON, args, strict=False)) | options)

    def text(self, path: str, compression: str | None = None, lineSep: str | None = None) -> None:
        """Write the one column of texts as lines."""
        self._write_text("text", path, None, compression, {"lineSep": lineSep})

    def _write_text(
        self, name: str, path: str, mode: str | None, compression: str | None, options: dict[str, Any]
    ) -> None:
        given = {
            key: value for key, value in {"compression": compression, **options}.items() if value is not None
        }
        self.format(name).options(**given).save(path, mode=mode)

    def _write(self, name: str, path: str) -> None:
        from sluice.frame.sources.output import Output

        node: Node = self._frame._node
        output = Output(self._frame.sparkSession, node, path, self._mode, self._partitions, self._options)
        output.write(name)

    def __getattr__(self, name: str) -> Any:
        raise missing(self, refusedsql.WRITER, name)


_CSV = (
    *("sep", "quote", "escape", "header", "nullValue", "escapeQuotes", "quoteAll", "dateFormat"),
    *("timestampFormat", "ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace", "charToEscapeQuoteEscaping"),
    *("encoding", "emptyValue", "lineSep"),
)
_JSON = ("dateFormat", "timestampFormat", "lineSep", "encoding", "ignoreNullFields")
