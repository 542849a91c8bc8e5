# SPDX-License-Identifier: Apache-2.0
"""CSV: lines taken apart as Spark's parser does it, and fields made into values."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import Attribute, Call, Literal, Name
from sluice.frame.names import sql_text
from sluice.frame.nodes import Filter, Node, Project
from sluice.frame.rowwise import scalar
from sluice.frame.rowwise.csvlines import EMPTY, fields
from sluice.frame.run import Run
from sluice.frame.sources.lines import Lines, lines, partitions
from sluice.frame.sources.parquet import empty
from sluice.frame.sources.paths import Found
from sluice.frame.sources.records import MODES, corrupt_name, failing_row
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
)
from sluice.pyspark.exceptions import PySparkNotImplementedError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["read"]

_WHOLE = (ByteType, ShortType, IntegerType, LongType)
_TEXT = StringType()


def read(
    session: SparkSession, found: Found, given: Node | None, schema: StructType | None, options: Options
) -> Node:
    """The plan that reads CSV files, or the lines of a node."""
    return _Csv(session, found, given, options).plan(schema)


class _Csv:
    def __init__(self, session: SparkSession, found: Found, given: Node | None, options: Options) -> None:
        self._session = session
        self._found = found
        self._given = given
        self._options = options
        self._settings: FrameSettings = session._frames.settings()
        options.refuse("convert the file to UTF-8", encoding="UTF-8", charset="UTF-8")
        options.refuse("write numbers and dates as English does", locale="en-US")
        options.refuse("only what stops at the delimiter is here", unescapedQuoteHandling="STOP_AT_DELIMITER")
        options.refuse("names are not compared with the header", enforceSchema="true")
        self._separator = (
            (options.get("sep") or options.get("delimiter") or ",").replace("\\t", "\t").replace("\\\\", "\\")
        )
        self._quote = options.text("quote", '"')
        self._escape = options.text("escape", "\\")
        self._comment = options.text("comment", "")
        for name, value in (("quote", self._quote), ("escape", self._escape), ("comment", self._comment)):
            if len(value) > 1:
                raise PySparkValueError(f"{name} cannot be more than one character: {value!r}", "", {})
        options.refuse("it is the escape", charToEscapeQuoteEscaping=self._escape)
        self._mode = options.text("mode", "PERMISSIVE").upper()
        self._mode = self._mode if self._mode in MODES else "PERMISSIVE"
        self._null = options.text("nullValue", "")
        self._header = options.flag("header")
        self._dialect = json.dumps(
            {
                "sep": self._separator,
                "quote": self._quote,
                "escape": self._escape,
                "leading": options.flag("ignoreLeadingWhiteSpace"),
                "trailing": options.flag("ignoreTrailingWhiteSpace"),
                # Where an empty text is null anyway, quotes around it say nothing.
                "empty": EMPTY if self._null or options.get("emptyValue") else "",
            }
        )

    def plan(self, schema: StructType | None) -> Node:
        source = self._lines()
        value, file = source.output[:2]
        names = self._names(source) if schema is None else []
        if schema is None and not names:
            return empty(StructType([]))
        parts = [f"trim({value.sql}) <> ''"]
        if self._comment:
            parts.append(f"NOT starts_with({value.sql}, {sql_text(self._comment)})")
        rows = Filter(source.output, source, " AND ".join(parts))
        listed = Attribute("fields", ArrayType(_TEXT), False)
        split = Project((*source.output, listed), rows, (value.sql, file.sql, self._split(value)))
        if schema is None:
            types = (
                self._inferred(split, listed, len(names))
                if self._options.flag("inferSchema")
                else [_TEXT] * len(names)
            )
            schema = StructType([StructField(name, type_) for name, type_ in zip(names, types, strict=True)])
        return self._values(split, value, file, listed, schema)

    def _lines(self) -> Node:
        if self._given is not None:
            node = self._given
            if len(node.output) == 1:
                file = Attribute("file", IntegerType(), False)
                return Project((*node.output, file), node, (node.output[0].sql, "0"))
            return node
        shape = self._shaped if self._header or self._options.flag("multiLine") else None
        return lines(self._found, self._options.get("lineSep"), shape=shape)

    def _shaped(self, blocks: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
        """Lines without the header; where a quoted text may go over several lines, those lines are one."""
        if self._options.flag("multiLine"):
            blocks = self._records(blocks)
        if not self._header:
            yield from blocks
            return
        comment = self._comment.encode()
        for block in blocks:
            for place, line in enumerate(block):
                if line.strip() and not (comment and line.startswith(comment)):
                    yield block[place + 1 :]
                    yield from blocks
                    return

    def _records(self, blocks: Iterator[list[bytes]]) -> Iterator[list[bytes]]:
        quote, escaped = self._quote.encode(), (self._escape + self._quote).encode()
        held: list[bytes] = []
        for block in blocks:
            done = []
            for line in block:
                odd = (
                    quote
                    and (line.count(quote) - (line.count(escaped) if self._escape != self._quote else 0)) % 2
                )
                if held:
                    held.append(line)
                    if odd:
                        done.append(b"\n".join(held))
                        held = []
                elif odd:
                    held = [line]
                else:
                    done.append(line)
            yield done
        if held:
            yield [b"\n".join(held)]

    def _names(self, source: Node) -> list[str]:
        """The names in the header; `_c0`, `_c1` where there is none."""
        first = self._first_line(source)
        if first is None:
            return []
        values = fields(first, self._dialect)
        if not self._header:
            return [f"_c{place}" for place in range(len(values))]
        lowered = [(value or "").lower() for value in values]
        made = []
        for place, value in enumerate(values):
            if value in (None, "", EMPTY, self._null):
                made.append(f"_c{place}")
            elif lowered.count(str(value).lower()) > 1:
                made.append(f"{value}{place}")
            else:
                made.append(str(value))
        return made

    def _first_line(self, source: Node) -> str | None:
        if not isinstance(source, Lines):
            with Run(self._session._frames.engine()) as run:
                table = run.table(source)
            texts = table.column(0).to_pylist()
            return next((each for each in texts if each and each.strip()), None)
        bare = Lines(
            source.output,
            source.files,
            source.separator,
            False,
            self._records if self._options.flag("multiLine") else None,
            True,
        )
        for path in source.files:
            for line in itertools.chain.from_iterable(bare.of_file(path)):
                text = line.decode("utf-8", "replace")
                if text.strip() and not (self._comment and text.startswith(self._comment)):
                    return text
        return None

    def _split(self, value: Attribute) -> str:
        parsed = scalar("csv", value.sql, sql_text(self._dialect))
        if any(json.loads(self._dialect)[name] for name in ("leading", "trailing")):
            return parsed
        plain = f"string_split({value.sql}, {sql_text(self._separator)})"
        if not self._quote:
            return plain
        return f"(CASE WHEN contains({value.sql}, {sql_text(self._quote)}) THEN {parsed} ELSE {plain} END)"

    def _field(self, listed: Attribute, place: int) -> str:
        text = f"nullif({listed.sql}[{place + 1}], '')"
        if self._null:
            text = f"nullif({text}, {sql_text(self._null)})"
        empty = self._options.text("emptyValue", "")
        known = sql_text(empty) if empty and empty != self._null else "NULL" if self._null == empty else "''"
        if self._quote and known != "NULL":
            text = f"(CASE {text} WHEN {sql_text(EMPTY)} THEN {known} ELSE {text} END)"
        return text

    def _values(
        self, split: Project, value: Attribute, file: Attribute, listed: Attribute, schema: StructType
    ) -> Node:
        corrupt = corrupt_name(self._session, self._options)
        partition_names = {name.lower() for name in self._found.names}
        data = [each for each in schema if each.name.lower() not in partition_names and each.name != corrupt]
        texts = [Attribute(each.name, _TEXT, True) for each in data]
        named = Project(
            (value, file, listed, *texts),
            split,
            (value.sql, file.sql, listed.sql, *(self._field(listed, place) for place in range(len(data)))),
        )
        made = [
            (Attribute(field.name, field.dataType, True), self._value(text.sql, field.dataType))
            for field, text in zip(data, texts, strict=True)
        ]
        wrong = [f"len({listed.sql}) <> {len(data)}"]
        wrong += [
            f"({text.sql} IS NOT NULL AND {sql} IS NULL)"
            for text, (_, sql), field in zip(texts, made, data, strict=True)
            if not isinstance(field.dataType, StringType)
        ]
        bad = " OR ".join(wrong)
        below: Node = named
        if self._mode == "DROPMALFORMED":
            below = Filter(named.output, named, f"NOT ({bad})")
        elif self._mode == "FAILFAST":
            below = Filter(named.output, named, failing_row(bad, value.sql))
        by_name = dict(zip((field.name for field in data), made, strict=True))
        columns = []
        for field in schema:
            if field.name == corrupt:
                text = f"CASE WHEN {bad} THEN {value.sql} END"
                columns.append((Attribute(field.name, _TEXT, True), text))
            elif field.name in by_name:
                columns.append(by_name[field.name])
        given = {each.name.lower(): each.dataType for each in schema}
        columns += partitions(self._found, file, given, self._settings)
        return Project(
            tuple(attribute for attribute, _ in columns), below, tuple(text for _, text in columns)
        )

    def _value(self, text: str, type_: DataType) -> str:
        """A field as a value; null where it is none."""
        if isinstance(type_, StringType):
            return text
        if isinstance(type_, _WHOLE):
            return f"(CASE WHEN {_of_digits(text)} THEN TRY_CAST({text} AS {to_duckdb(type_)}) END)"
        if isinstance(type_, FloatType | DoubleType):
            return self._double(text, type_)
        if isinstance(type_, BooleanType):
            return f"(CASE lower({text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)"
        if isinstance(type_, DecimalType):
            return cast(self._settings, Sql(f"replace({text}, ',', '')", _TEXT), type_, safe=True).text
        if isinstance(type_, DateType | TimestampType | TimestampNTZType):
            return self._time(text, type_)
        raise PySparkNotImplementedError(
            f"[UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE] The CSV datasource doesn't support the type "
            f'"{type_.simpleString().upper()}"'
        )

    def _double(self, text: str, type_: DataType) -> str:
        special = {
            self._options.text("nanValue", "NaN"): "NaN",
            self._options.text("positiveInf", "Inf"): "Infinity",
            self._options.text("negativeInf", "-Inf"): "-Infinity",
            "NaN": "NaN",
            "Infinity": "Infinity",
            "-Infinity": "-Infinity",
        }
        name = "FLOAT" if isinstance(type_, FloatType) else "DOUBLE"
        cases = " ".join(f"WHEN {sql_text(key)} THEN '{value}'::{name}" for key, value in special.items())
        # Most texts are of these characters alone, and a look at each of them is much cheaper than a pattern.
        plain = f"ltrim({text}, '+-.0123456789') = '' THEN TRY_CAST({text} AS {name})"
        other = f"CASE WHEN regexp_full_match(trim({text}), '{_DOUBLE}') THEN TRY_CAST(trim({text}) AS {name}) END"
        return f"(CASE WHEN {plain} ELSE CASE {text} {cases} ELSE {other} END END)"

    def _time(self, text: str, type_: DataType) -> str:
        option = "dateFormat" if isinstance(type_, DateType) else "timestampFormat"
        pattern = self._options.get(option)
        if pattern is None:
            return cast(self._settings, Sql(text, _TEXT), type_, safe=True).text
        return parsed_time(self._settings, text, type_, pattern)

    def _inferred(self, split: Project, listed: Attribute, count: int) -> list[DataType]:
        """The types that all values of each column have."""
        if not count:
            return []
        checks = []
        for place in range(count):
            v = self._field(listed, place)
            date = self._time(v, DateType())
            stamp = self._time(v, TimestampType())
            if not self._options.get("dateFormat"):
                date = f"CASE WHEN length({v}) = 10 AND substr({v}, 5, 1) = '-' THEN {date} END"
            if not self._options.get("timestampFormat"):
                like = f"substr({v}, 5, 1) = '-' AND regexp_full_match({v}, '{_STAMP}')"
                stamp = f"CASE WHEN {like} THEN {stamp} END"
            whole = _of_digits(v)
            checks += [
                f"count({v})",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS INTEGER) END)",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS BIGINT) END)",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS DECIMAL(38, 0)) END)",
                f"coalesce(max(CASE WHEN {whole} THEN length(ltrim({v}, '+-0')) END), 0)",
                f"count({self._double(v, DoubleType())})",
                f"count({date})",
                f"count({stamp})",
                f"count(CASE WHEN lower({v}) IN ('true', 'false') THEN 1 END)",
            ]
        with Run(self._session._frames.engine()) as run:
            below = run.sql(split, frozenset((listed.id,)))
            row = run.row(f"SELECT {', '.join(checks)} FROM ({below})")
        return [_type(*row[place * 9 : place * 9 + 9]) for place in range(count)]


_STAMP = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ].*)?"
_DOUBLE = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _of_digits(text: str) -> str:
    """Whether a text is of digits and signs, so that what makes a number of it makes a whole one."""
    return f"ltrim({text}, '+-0123456789') = ''"


def _type(
    values: int,
    ints: int,
    longs: int,
    wholes: int,
    digits: int,
    doubles: int,
    dates: int,
    stamps: int,
    truths: int,
) -> DataType:
    if not values:
        return _TEXT
    if ints == values:
        return IntegerType()
    if longs == values:
        return LongType()
    if wholes == values and digits <= 38:
        return DecimalType(max(digits, 20 if longs else digits), 0)
    for count, type_ in ((doubles, DoubleType()), (dates, DateType()), (stamps, TimestampType())):
        if count == values:
            return type_
    return BooleanType() if truths == values else _TEXT


def parsed_time(settings: FrameSettings, text: str, type_: DataType, pattern: str) -> str:
    """A text as a date or time by a pattern of Java's; null where it does not fit."""
    attribute = Attribute("text", _TEXT, True)
    compiler = Compiler(Scope((attribute,)), settings)
    made = compiler(Call("try_to_timestamp", (Name(("text",)), Literal(pattern))))
    sql = cast(settings, made, type_).text
    return re.sub(rf"\b{attribute.sql}\b", lambda _: f"({text})", sql)
