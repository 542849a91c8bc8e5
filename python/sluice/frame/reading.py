# SPDX-License-Identifier: Apache-2.0
"""`spark.read`: frames of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.errors import unexpected
from sluice.frame.sources.options import Configured
from sluice.pyspark import refused, textlines
from sluice.pyspark.captured import AnalysisException
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame
    from sluice.frame.nodes import Node
    from sluice.frame.sources.paths import Found
    from sluice.frame.types import StructType
    from sluice.pyspark.session import SparkSession

__all__ = ["DataFrameReader"]


class DataFrameReader(Configured):
    """Collects a format, a schema and options, then reads. Nothing but the schema is read before rows are asked for."""

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        self._session = session
        self._schema: StructType | None = None

    def schema(self, schema: StructType | str) -> DataFrameReader:
        """Say which columns there are, so that nothing is looked at for it."""
        from sluice.frame.ddl import parse_columns
        from sluice.frame.types import StructType

        if isinstance(schema, str):
            self._schema = parse_columns(schema)
        elif isinstance(schema, StructType):
            self._schema = schema
        else:
            raise unexpected("schema", "str or struct type", schema)
        return self

    def load(
        self,
        path: str | list[str] | None = None,
        format: str | None = None,
        schema: Any = None,
        **options: Any,
    ) -> DataFrame:
        """Read files, by the format and options that were set."""
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)
        self.options(**options)
        name = self._format or self._session.conf.get("spark.sql.sources.default", "parquet")
        assert name is not None
        if path is None:
            path = self._options.get("path")
        if path is None:
            raise errors.analysis(
                "UNABLE_TO_INFER_SCHEMA", "Unable to infer schema: no path is given. SQLSTATE: 42KD9"
            )
        if not isinstance(path, str | list | tuple):
            raise unexpected("path", "str, list, RDD, or DataFrame", path)
        paths = [path] if isinstance(path, str) else list(path)
        read = getattr(self, f"_read_{name}")
        return read(paths)  # type: ignore[no-any-return]

    def parquet(self, *paths: Any, **options: Any) -> DataFrame:
        """Read Parquet files."""
        flat = [each for path in paths for each in (path if isinstance(path, list | tuple) else [path])]
        return self.format("parquet").load(flat, **options)

    def csv(self, path: Any, schema: Any = None, *args: Any, **options: Any) -> DataFrame:
        """Read CSV: files, or an RDD or a frame of lines."""
        return self._text_like("csv", path, schema, _named(args, _CSV, options))

    def json(self, path: Any, schema: Any = None, *args: Any, **options: Any) -> DataFrame:
        """Read JSON: files, or an RDD or a frame of texts."""
        return self._text_like("json", path, schema, _named(args, _JSON, options))

    def _text_like(self, name: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        self.format(name)
        self.options(**{key: value for key, value in options.items() if value is not None})
        if isinstance(path, str | list | tuple):
            return self.load(list(path) if isinstance(path, tuple) else path, schema=schema)
        if schema is not None:
            self.schema(schema)
        from sluice.frame.sources.paths import Found

        lines = self._lines_of(path)
        return self._of(self._parsed(name, lines, Found(())))

    def _lines_of(self, source: Any) -> Any:
        """Texts of an RDD or of a frame's only column."""
        from sluice.frame.sources.lines import of_texts
        from sluice.rdd import RDD

        if isinstance(source, RDD):
            texts = source.map(_as_text).collect()
            return of_texts(texts)
        if hasattr(source, "_node"):
            if len(source._node.output) != 1:
                raise AnalysisException("lines come from a frame of one column of texts", "")
            return source._node
        raise unexpected("path", "str, list, RDD, or DataFrame", source)

    def text(
        self,
        paths: str | list[str],
        wholetext: bool = False,
        lineSep: str | None = None,
        pathGlobFilter: str | None = None,
        recursiveFileLookup: bool | None = None,
        modifiedBefore: str | None = None,
        modifiedAfter: str | None = None,
    ) -> DataFrame:
        """The lines of text files, in a column `value`."""
        given = {
            "wholetext": wholetext,
            "lineSep": lineSep,
            "pathGlobFilter": pathGlobFilter,
            "recursiveFileLookup": recursiveFileLookup,
            "modifiedBefore": modifiedBefore,
            "modifiedAfter": modifiedAfter,
        }
        self.options(**{key: value for key, value in given.items() if value is not None})
        return self.format("text").load(paths)

    def table(self, tableName: str) -> DataFrame:
        """A view."""
        return self._session.table(tableName)

    def _of(self, node: Node) -> DataFrame:
        from sluice.frame.frame import DataFrame

        return DataFrame(node, self._session)

    def _found(self, paths: list[str], what: str) -> Found:
        from sluice.frame.sources.paths import files_of

        self._options.refuse("list the files", modifiedBefore="", modifiedAfter="")
        infer = self._session.conf.get("spark.sql.sources.partitionColumnTypeInference.enabled", "true")
        found = files_of(
            paths,
            self._options.flag("recursiveFileLookup"),
            self._options.get("pathGlobFilter"),
            self._options.get("basePath"),
            infer == "true",
        )
        if not found.files and self._schema is None and what != "text":
            raise errors.analysis(
                "UNABLE_TO_INFER_SCHEMA",
                f"Unable to infer schema for {what}. It must be specified manually. SQLSTATE: 42KD9",
            )
        return found

    def _read_parquet(self, paths: list[str]) -> DataFrame:
        from sluice.frame.sources import parquet

        found = self._found(paths, "Parquet")
        if not found.files:
            assert self._schema is not None
            return self._of(parquet.empty(self._schema))
        frames = self._session._frames
        merge = self._options.flag(
            "mergeSchema", self._session.conf.get("spark.sql.parquet.mergeSchema", "false") == "true"
        )
        return self._of(parquet.read(found, self._schema, merge, frames.settings(), frames.engine()))

    def _read_text(self, paths: list[str]) -> Any:
        """Lines that tasks read as an RDD; a frame of them is loaded when something else is asked for."""

        def frame() -> DataFrame:
            from sluice.frame.sources.textframe import text_frame

            return text_frame(self, paths)

        self._options.refuse("convert the file to UTF-8", encoding="UTF-8")
        self._options.refuse("list the files", modifiedBefore="", modifiedAfter="")
        plain = (
            self._schema is None and "pathGlobFilter" not in self._options and "basePath" not in self._options
        )
        if plain and not any("=" in path for path in paths):
            try:
                return textlines.read(self._session.sparkContext, paths, self._options, frame)
            except AnalysisException as error:
                if error.getCondition() != "PATH_NOT_FOUND":
                    raise
        # Directories of partitions are in the way of tasks, and frames know them.
        return frame()

    def _read_csv(self, paths: list[str]) -> DataFrame:
        return self._read_lines("csv", paths)

    def _read_json(self, paths: list[str]) -> DataFrame:
        return self._read_lines("json", paths)

    def _read_lines(self, name: str, paths: list[str]) -> DataFrame:
        found = self._found(paths, name.upper())
        return self._of(self._parsed(name, None, found))

    def _parsed(self, name: str, lines: Any, found: Found) -> Node:
        from sluice.frame.sources import csvlines, jsonlines

        read = csvlines.read if name == "csv" else jsonlines.read
        return read(self._session, found, lines, self._schema, self._options)

    def __getattr__(self, name: str) -> Any:
        raise refused.missing(self, refused.READER, name)


def _as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else str(value)


def _named(args: tuple[Any, ...], names: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Options that were given by their places."""
    if len(args) > len(names):
        raise PySparkValueError(f"too many arguments: {len(args)}", "WRONG_NUM_ARGS", {})
    return {**dict(zip(names, args, strict=False)), **options}


_CSV = (
    *("sep", "encoding", "quote", "escape", "comment", "header", "inferSchema", "ignoreLeadingWhiteSpace"),
    *("ignoreTrailingWhiteSpace", "nullValue", "nanValue", "positiveInf", "negativeInf", "dateFormat"),
    *("timestampFormat", "maxColumns", "maxCharsPerColumn", "maxMalformedLogPerPartition", "mode"),
    *(
        "columnNameOfCorruptRecord",
        "multiLine",
        "charToEscapeQuoteEscaping",
        "samplingRatio",
        "enforceSchema",
    ),
    *("emptyValue", "locale", "lineSep", "pathGlobFilter", "recursiveFileLookup", "modifiedBefore"),
    *("modifiedAfter", "unescapedQuoteHandling", "delimiter", "preferDate", "basePath", "path", "charset"),
)
_JSON = (
    *(
        "primitivesAsString",
        "prefersDecimal",
        "allowComments",
        "allowUnquotedFieldNames",
        "allowSingleQuotes",
    ),
    *("allowNumericLeadingZero", "allowBackslashEscapingAnyCharacter", "mode", "columnNameOfCorruptRecord"),
    *("dateFormat", "timestampFormat", "multiLine", "allowUnquotedControlChars", "lineSep", "samplingRatio"),
    *("dropFieldIfAllNull", "encoding", "locale", "pathGlobFilter", "recursiveFileLookup", "modifiedBefore"),
    *("modifiedAfter", "allowNonNumericNumbers", "useUnsafeRow", "basePath", "path"),
)
