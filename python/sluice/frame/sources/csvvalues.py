# SPDX-License-Identifier: Apache-2.0
"""SQL that takes lines of CSV apart and makes values of fields, for files and for `from_csv`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.functions.bound import once
from sluice.frame.malformed import failing_row
from sluice.frame.names import sql_text
from sluice.frame.rowwise import csvlines, scalar
from sluice.frame.sources.texttimes import TIMES, time_value
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    BooleanType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructType,
)
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["CsvValues", "is_whole", "misfit", "readable"]

_WHOLE = (ByteType, ShortType, IntegerType, LongType)
_DOUBLE = r"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[dDfF]?$"


def readable(type_: DataType) -> bool:
    """Whether fields of a type are read."""
    return isinstance(type_, (StringType, BooleanType, DecimalType, FloatType, DoubleType, *_WHOLE, *TIMES))


def is_whole(text: str) -> str:
    """Whether a text is a whole number, of any size."""
    return f"regexp_full_match({text}, '[+-]?[0-9]+')"


def misfit(listed: str | None, fields: Iterable[tuple[str, str, DataType]]) -> str:
    """Whether a line has too few or too many fields, or one that is no value of its type.

    Args:
        listed: SQL of the fields; None where their number is all the same.
        fields: SQL of the text and of the value of each field that is wanted, and its type.
    """
    fields = list(fields)
    wrong = [] if listed is None else [f"len({listed}) <> {len(fields)}"]
    wrong += [
        f"({text} IS NOT NULL AND {value} IS NULL)"
        for text, value, type_ in fields
        if not isinstance(type_, StringType)
    ]
    return " OR ".join(wrong)


class CsvValues:
    """Makes the SQL of fields and of values, by options.

    Raises:
        PySparkNotImplementedError: an option is not heeded here.
        PySparkValueError: quote or escape are more than one character.
    """

    def __init__(self, settings: FrameSettings, options: Options) -> None:
        self._settings = settings
        self._options = options
        self._separator = (
            (options.get("sep") or options.get("delimiter") or ",").replace("\\t", "\t").replace("\\\\", "\\")
        )
        self.quote = options.text("quote", '"')
        self.escape = options.text("escape", "\\")
        for name, value in (("quote", self.quote), ("escape", self.escape)):
            if len(value) > 1:
                raise PySparkValueError(f"{name} cannot be more than one character: {value!r}", "", {})
        options.refuse("it is the escape", charToEscapeQuoteEscaping=self.escape)
        self.null = options.text("nullValue", "")
        leading, trailing = (options.flag(f"ignore{end}WhiteSpace") for end in ("Leading", "Trailing"))
        self._trims = leading or trailing
        self._dialect = json.dumps(
            {
                "sep": self._separator,
                "quote": self.quote,
                "escape": self.escape,
                "leading": leading,
                "trailing": trailing,
                # Where an empty text is null anyway, quotes around it say nothing.
                "empty": csvlines.EMPTY if self.null or options.get("emptyValue") else "",
            }
        )

    def read(self, text: str, type_: StructType, corrupt: str, strict: bool) -> str:
        """The struct of a line; null for null.

        Args:
            corrupt: the field that has the line where it does not fit.
            strict: whether that is an error.
        """
        wanted = [each for each in type_.fields if each.name != corrupt]
        types = [each.dataType for each in wanted]

        def of_line(line: str) -> str:
            split = f"(CASE WHEN {line} <> '' THEN {self.split(line)} END)"
            return f"(CASE WHEN {line} IS NOT NULL THEN {once([split], partial(of_list, line))} END)"

        def of_list(line: str, listed: str) -> str:
            texts = [self.field(listed, place) for place in range(len(wanted))]
            return once(texts, partial(of_texts, line, listed))

        def of_texts(line: str, listed: str, *texts: str) -> str:
            made = list(map(self.value, texts, types))
            bad = f"({misfit(listed, zip(texts, made, types, strict=True))})"
            values = {each.name: value for each, value in zip(wanted, made, strict=True)}
            values[corrupt] = f"(CASE WHEN {bad} THEN {line} END)"
            struct = f"{{{', '.join(f'{sql_text(name)}: {values[name]}' for name in type_.names)}}}"
            return f"(CASE WHEN {failing_row(bad, line)} THEN {struct} END)" if strict else struct

        return once([text], of_line)

    def fields(self, line: str) -> list[str | None]:
        """The texts of a line's fields, computed here."""
        return csvlines.fields(line, self._dialect)

    def split(self, line: str) -> str:
        """A list of the texts of a line's fields."""
        parsed = scalar("csv", line, sql_text(self._dialect))
        if self._trims:
            return parsed
        plain = f"string_split({line}, {sql_text(self._separator)})"
        if not self.quote:
            return plain
        return f"(CASE WHEN contains({line}, {sql_text(self.quote)}) THEN {parsed} ELSE {plain} END)"

    def field(self, listed: str, place: int) -> str:
        """The text of a field; null where the options say so."""
        text = f"nullif({listed}[{place + 1}], '')"
        if self.null:
            text = f"nullif({text}, {sql_text(self.null)})"
        empty = self._options.text("emptyValue", "")
        known = sql_text(empty) if empty and empty != self.null else "NULL" if self.null == empty else "''"
        if self.quote and known != "NULL":
            text = f"(CASE {text} WHEN {sql_text(csvlines.EMPTY)} THEN {known} ELSE {text} END)"
        return text

    def value(self, text: str, type_: DataType) -> str:
        """A field as a value; null where it is none.

        Raises:
            AnalysisException: CSV has no values of this type.
        """
        if isinstance(type_, StringType):
            return text
        if isinstance(type_, _WHOLE):
            return f"(CASE WHEN {is_whole(text)} THEN TRY_CAST({text} AS {to_duckdb(type_)}) END)"
        if isinstance(type_, FloatType | DoubleType):
            return self._double(text, to_duckdb(type_))
        if isinstance(type_, BooleanType):
            return f"(CASE lower({text}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)"
        if isinstance(type_, DecimalType):
            number = (
                f"(CASE WHEN regexp_full_match({text}, '[-+.,eE0-9]+') THEN replace({text}, ',', '') END)"
            )
            return cast(self._settings, Sql(number, StringType()), type_, safe=True).text
        if isinstance(type_, TIMES):
            return time_value(self._settings, self._options, text, type_)
        raise errors.analysis(
            "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
            f'The CSV datasource doesn\'t support the type "{type_.simpleString().upper()}". SQLSTATE: 0A000',
        )

    def _double(self, text: str, name: str) -> str:
        special = {
            self._options.text("nanValue", "NaN"): "NaN",
            self._options.text("positiveInf", "Inf"): "Infinity",
            self._options.text("negativeInf", "-Inf"): "-Infinity",
            "NaN": "NaN",
            "Infinity": "Infinity",
            "+Infinity": "Infinity",
            "-Infinity": "-Infinity",
        }
        cases = " ".join(f"WHEN {sql_text(key)} THEN '{value}'::{name}" for key, value in special.items())
        digits = f"nullif(regexp_extract(trim({text}), {sql_text(_DOUBLE)}, 1), '')"
        return f"(CASE {text} {cases} ELSE TRY_CAST({digits} AS {name}) END)"
