# SPDX-License-Identifier: Apache-2.0
"""CSV files: lines as rows, with the types that Spark finds in them, or those that a schema asks for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute
from sluice.frame.malformed import failing_row
from sluice.frame.names import sql_text
from sluice.frame.nodes import Filter, Node, Project
from sluice.frame.rowwise.csvlines import EMPTY
from sluice.frame.run import Run
from sluice.frame.sources.csvvalues import CsvValues, is_whole, misfit
from sluice.frame.sources.lines import Lines, lines, partitions
from sluice.frame.sources.parquet import empty
from sluice.frame.sources.paths import Found
from sluice.frame.sources.records import RecordReader
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options
    from sluice.pyspark.session import SparkSession

__all__ = ["Strict", "read"]

_TEXT = StringType()


def read(
    session: SparkSession, found: Found, given: Node | None, schema: StructType | None, options: Options
) -> Node:
    """The plan that reads CSV files, or the lines of a node."""
    return _Csv(session, found, given, options).plan(schema)


@dataclass(frozen=True, eq=False)
class Strict(Node):
    """Lines without those that are malformed. As in PySpark, only fields that somebody reads are looked at; a line has
    too few or too many only where all are read.
    """

    made: Project
    #: Whether a line is malformed.
    bad: str
    #: Whether a line's field is, by the id of its column.
    checks: dict[int, str]
    #: The condition on lines that is made of one by which they are malformed.
    condition: Callable[[str], str]

    def inputs(self) -> tuple[Node, ...]:
        return (self.made,)

    def sql(self, run: Run, needed: frozenset[int]) -> str:
        read = [text for id_, text in self.checks.items() if id_ in needed]
        bad = self.bad if len(read) == len(self.checks) else " OR ".join(filter(None, read))
        child = self.made.child
        below = Filter(child.output, child, self.condition(bad)) if bad else child
        return run.sql(Project(self.output, below, self.made.texts), needed)


class _Csv(RecordReader):
    def __init__(self, session: SparkSession, found: Found, given: Node | None, options: Options) -> None:
        super().__init__(session, found, given, options)
        options.refuse("only what stops at the delimiter is here", unescapedQuoteHandling="STOP_AT_DELIMITER")
        options.refuse("names are not compared with the header", enforceSchema="true")
        self._values = CsvValues(self._settings, options)
        self._quote, self._escape, self._null = self._values.quote, self._values.escape, self._values.null
        self._comment = options.text("comment", "")
        if len(self._comment) > 1:
            raise PySparkValueError(f"comment cannot be more than one character: {self._comment!r}", "", {})
        self._header = options.flag("header")

    def plan(self, schema: StructType | None) -> Node:
        source = self._lines()
        value, file = source.output[:2]
        names = self._names(self._given or source) if schema is None else []
        if schema is None and not names:
            return empty(StructType([]))
        parts = [f"trim({value.sql}) <> ''"]
        if self._comment:
            parts.append(f"NOT starts_with({value.sql}, {sql_text(self._comment)})")
        rows = Filter(source.output, source, " AND ".join(parts))
        listed = Attribute("fields", ArrayType(_TEXT), False)
        split = Project((*source.output, listed), rows, (value.sql, file.sql, self._values.split(value.sql)))
        if schema is None:
            types = (
                self._inferred(split, listed, len(names))
                if self._options.flag("inferSchema")
                else [_TEXT] * len(names)
            )
            schema = StructType([StructField(name, type_) for name, type_ in zip(names, types, strict=True)])
        return self._columns(split, value, file, listed, schema)

    def _lines(self) -> Node:
        shape = self._shaped if self._header or self._options.flag("multiLine") else None
        if self._given is not None:
            return self._without_header(self._given)
        return lines(self._found, self._options.get("lineSep"), shape=shape)

    def _without_header(self, given: Node) -> Node:
        """Lines that were given, without those that are like the header, as in PySpark."""
        made = self._given_lines()
        assert made is not None
        first = self._first_line(given) if self._header else None
        if first is None:
            return made
        value = made.output[0].sql
        return Filter(made.output, made, f"{value} IS DISTINCT FROM {sql_text(first)}")

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
        values = self._values.fields(first)
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
            return self._first_given
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
                if text.strip() and not self._is_comment(text):
                    return text
        return None

    @cached_property
    def _first_given(self) -> str | None:
        """The first of lines that were given, which may be a query's."""
        assert self._given is not None
        with Run(self._session._frames.engine()) as run:
            table = run.table(self._given)
        texts = table.column(0).to_pylist()
        return next((each for each in texts if each and each.strip() and not self._is_comment(each)), None)

    def _is_comment(self, line: str) -> bool:
        return bool(self._comment) and line.startswith(self._comment)

    def _columns(
        self, split: Project, value: Attribute, file: Attribute, listed: Attribute, schema: StructType
    ) -> Node:
        data = self._fields(schema)
        texts = [Attribute(each.name, _TEXT, True) for each in data]
        named = Project(
            (value, file, listed, *texts),
            split,
            (
                value.sql,
                file.sql,
                listed.sql,
                *(self._values.field(listed.sql, place) for place in range(len(data))),
            ),
        )
        made = [
            (Attribute(field.name, field.dataType, True), self._values.value(text.sql, field.dataType))
            for field, text in zip(data, texts, strict=True)
        ]
        pairs = [
            (text.sql, sql, text_field.dataType)
            for text, (_, sql), text_field in zip(texts, made, data, strict=True)
        ]
        bad = misfit(listed.sql, pairs)
        by_name = dict(zip((field.name for field in data), made, strict=True))
        columns = []
        for field in schema:
            if field.name == self._corrupt:
                text = f"CASE WHEN {bad} THEN {value.sql} END"
                columns.append((Attribute(field.name, _TEXT, True), text))
            elif field.name in by_name:
                columns.append(by_name[field.name])
        given = {each.name.lower(): each.dataType for each in schema}
        columns += partitions(self._found, file, given, self._settings)
        output, found = tuple(attribute for attribute, _ in columns), tuple(text for _, text in columns)
        rows = Project(output, named, found)
        if self._mode == "PERMISSIVE":
            return rows
        checks = {
            attribute.id: misfit(None, [pair]) for (attribute, _), pair in zip(made, pairs, strict=True)
        }
        failing = partial(failing_row, record=value.sql) if self._mode == "FAILFAST" else "NOT ({})".format
        return Strict(output, rows, bad, checks, failing)

    def _inferred(self, split: Project, listed: Attribute, count: int) -> list[DataType]:
        """The types that all values of each column have."""
        if not count:
            return []
        checks = []
        for place in range(count):
            v = self._values.field(listed.sql, place)
            date = self._values.value(v, DateType())
            stamp = self._values.value(v, TimestampType())
            if not self._options.get("dateFormat"):
                date = f"CASE WHEN length({v}) = 10 AND substr({v}, 5, 1) = '-' THEN {date} END"
            if not self._options.get("timestampFormat"):
                like = f"substr({v}, 5, 1) = '-' AND regexp_full_match({v}, '{_STAMP}')"
                # A date is a timestamp, and DuckDB reads it much faster as what it is.
                day = f"length({v}) = 10 AND TRY_CAST({v} AS DATE) IS NOT NULL"
                stamp = (
                    f"CASE WHEN {like} THEN CASE WHEN {day} THEN 1 WHEN {stamp} IS NOT NULL THEN 1 END END"
                )
            whole = is_whole(v)
            checks += [
                f"count({v})",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS INTEGER) END)",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS BIGINT) END)",
                f"count(CASE WHEN {whole} THEN TRY_CAST({v} AS DECIMAL(38, 0)) END)",
                f"coalesce(max(CASE WHEN {whole} THEN length(ltrim({v}, '+-0')) END), 0)",
                f"count({self._values.value(v, DoubleType())})",
                f"count({date})",
                f"count({stamp})",
                f"count(CASE WHEN lower({v}) IN ('true', 'false') THEN 1 END)",
            ]
        with Run(self._session._frames.engine()) as run:
            below = run.sql(split, frozenset((listed.id,)))
            row = run.row(f"SELECT {', '.join(checks)} FROM ({below})")
        return [_type(*row[place * 9 : place * 9 + 9]) for place in range(count)]


_STAMP = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ].*)?"


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
