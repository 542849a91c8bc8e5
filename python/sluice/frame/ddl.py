# SPDX-License-Identifier: Apache-2.0
"""Types and columns in SQL text: `array<int>`, `a int not null comment 'years', b: string`."""

from __future__ import annotations

import re
from typing import NamedTuple

from sluice.frame.atoms import (
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    ShortType,
    StringType,
    VarcharType,
)
from sluice.frame.daytypes import (
    DateType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)
from sluice.frame.intervals import CalendarIntervalType
from sluice.frame.nested import ArrayType, MapType
from sluice.frame.structs import StructField, StructType
from sluice.frame.typenames import interval
from sluice.frame.userdefined import GeographyType, GeometryType, VariantType
from sluice.pyspark.exceptions import ArithmeticException, ParseException

__all__ = ["parse_columns", "parse_type"]

_PLAIN: dict[str, type[DataType]] = {
    "boolean": BooleanType,
    "tinyint": ByteType,
    "byte": ByteType,
    "smallint": ShortType,
    "short": ShortType,
    "int": IntegerType,
    "integer": IntegerType,
    "bigint": LongType,
    "long": LongType,
    "float": FloatType,
    "real": FloatType,
    "double": DoubleType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ltz": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "string": StringType,
    "binary": BinaryType,
    "void": NullType,
    "variant": VariantType,
    "geometry": GeometryType,
    "geography": GeographyType,
}
_SIZED: dict[str, type[CharType] | type[VarcharType]] = {
    "char": CharType,
    "character": CharType,
    "varchar": VarcharType,
}
_FIELDS = {"year", "month", "day", "hour", "minute", "second"}

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<word>[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*)
      | (?P<quoted>`(?:[^`]|``)*`)
      | (?P<number>\d+)
      | (?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
      | (?P<sign>[<>(),:])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a", "%": "\\%", "_": "\\_"}


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def parse_type(text: str) -> DataType:
    """Read a type, or the columns of a table.

    :raises ParseException: what is neither, with the place in the text
    """
    reader = _Reader(text)
    if reader.is_columns():
        return reader.all_columns()
    found = reader.type()
    reader.end()
    return found


def parse_plain_type(text: str) -> DataType:
    """Read a type alone.

    :raises ParseException: what is none, with the place in the text
    """
    reader = _Reader(text, columns=False)
    found = reader.type()
    reader.end()
    return found


def parse_columns(text: str) -> StructType:
    """Read the columns of a table.

    :raises ParseException: what is not a list of columns, with the place in the text
    """
    return _Reader(text).all_columns()


class _Reader:
    """One pass over the tokens of a text."""

    def __init__(self, text: str, columns: bool = True) -> None:
        self._text = text
        self._columns = columns
        self._tokens = self._read()
        self._next = 0

    def _read(self) -> list[_Token]:
        tokens = []
        place = 0
        while place < len(self._text):
            found = _TOKEN.match(self._text, place)
            if found is None:
                raise self._wrong(_Token("", self._text[place], place))
            if found.lastgroup != "space":
                tokens.append(_Token(found.lastgroup or "", found.group(), place))
            place = found.end()
        tokens.append(_Token("end", "", len(self._text)))
        return tokens

    def _wrong(self, token: _Token, condition: str = "PARSE_SYNTAX_ERROR", why: str = "") -> ParseException:
        near = f"'{token.text}'" if token.text else "end of input"
        line = self._text.count("\n", 0, token.place) + 1
        column = token.place - (self._text.rfind("\n", 0, token.place) + 1)
        said = why or f"Syntax error at or near {near}"
        shown = f"{said} (line {line}, pos {column}) in the type or columns {self._text!r}"
        return ParseException(shown, condition, {"error": near, "hint": ""})

    def _peek(self, ahead: int = 0) -> _Token:
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def _take(self, *texts: str) -> _Token | None:
        token = self._peek()
        if token.kind in ("word", "sign") and token.text.lower() in texts:
            self._next += 1
            return token
        return None

    def _need(self, *texts: str) -> _Token:
        found = self._take(*texts)
        if found is None:
            raise self._wrong(self._peek())
        return found

    def _number(self) -> int:
        token = self._peek()
        if token.kind != "number":
            raise self._wrong(token)
        self._next += 1
        return int(token.text)

    def end(self) -> None:
        if self._peek().kind != "end":
            raise self._wrong(self._peek())

    def is_columns(self) -> bool:
        """Whether the text starts with a name and a type: `a int`, `a: int`; an empty text has no columns."""
        first, second = self._peek(), self._peek(1)
        if first.kind in ("end", "quoted") or second.text == ":":
            return True
        if first.text.lower() == "interval" and second.text.lower() in _FIELDS:
            return False
        return second.kind == "word" and second.text.lower() != "collate"

    def all_columns(self) -> StructType:
        fields = [] if self._peek().kind == "end" else self._fields()
        self.end()
        return StructType(fields)

    def _fields(self) -> list[StructField]:
        fields = [self._field()]
        while self._take(","):
            fields.append(self._field())
        return fields

    def _field(self) -> StructField:
        token = self._peek()
        if token.kind not in ("word", "quoted"):
            raise self._wrong(token)
        self._next += 1
        name = token.text[1:-1].replace("``", "`") if token.kind == "quoted" else token.text
        self._take(":")
        kind = self.type()
        nullable = True
        if self._take("not"):
            self._need("null")
            nullable = False
        return StructField(name, kind, nullable, self._comment())

    def _comment(self) -> dict[str, str] | None:
        if not self._take("comment"):
            return None
        raw = self._take("r") is not None
        token = self._peek()
        if token.kind != "text":
            raise self._wrong(token)
        self._next += 1
        return {"comment": _unquoted(token.text, raw)}

    def type(self) -> DataType:
        token = self._peek()
        if token.kind == "end" and not self._text.strip() and not self._columns:
            raise self._wrong(token, "PARSE_EMPTY_STATEMENT", "Syntax error, unexpected empty statement")
        if token.kind != "word":
            raise self._wrong(token)
        self._next += 1
        name = token.text.lower()
        if name == "string" and self._take("collate"):
            collation = self._peek()
            self._next += 1
            return StringType(collation.text.upper())
        if name in _PLAIN:
            return _PLAIN[name]()
        if name in ("array", "map", "struct"):
            return self._nested(name)
        if name == "interval":
            return self._interval()
        return self._sized(name, token)

    def _nested(self, name: str) -> DataType:
        self._need("<")
        found: DataType
        if name == "array":
            found = ArrayType(self.type())
        elif name == "map":
            key = self.type()
            self._need(",")
            found = MapType(key, self.type())
        else:
            found = StructType([] if self._peek().text == ">" else self._fields())
        self._need(">")
        return found

    def _interval(self) -> DataType:
        first = self._take(*_FIELDS)
        if first is None:
            return CalendarIntervalType()
        token = self._take("to")
        last = self._need(*_FIELDS) if token else None
        try:
            return interval(first.text.lower(), last.text.lower() if last else None)
        except KeyError:
            raise self._wrong(token or first) from None

    def _sized(self, name: str, token: _Token) -> DataType:
        numbers = []
        if self._take("("):
            numbers.append(self._number())
            if self._take(","):
                numbers.append(self._number())
            self._need(")")
        if name in ("decimal", "dec", "numeric"):
            return self._decimal(numbers, token)
        if name == "time" and len(numbers) < 2:
            return TimeType(*numbers)
        if name in _SIZED and len(numbers) == 1:
            return _SIZED[name](*numbers)
        if name in _SIZED or name == "time":
            raise self._wrong(self._peek(), why=f"{name} needs one length, as {name}(10)")
        if not self._columns and self._peek().kind == "word":
            raise self._wrong(self._peek())
        # As PySpark has it: a text that is this one word alone lacks something, it is no type of another database.
        name = "PARSE_SYNTAX_ERROR" if self._columns and self._next == 1 else "UNSUPPORTED_DATATYPE"
        raise self._wrong(token, name, f'Unsupported data type "{token.text.upper()}"')

    def _decimal(self, numbers: list[int], token: _Token) -> DataType:
        digits, scale = [*numbers, *(10, 0)[len(numbers) :]]
        if digits > 38 or scale > digits:
            why = f"decimal({digits},{scale}) has more than 38 digits, or more after the point than it has"
            if digits > 38 and not self._columns:
                raise ArithmeticException(
                    f"Decimal precision {digits} exceeds max precision 38.",
                    "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                    {"precision": str(digits), "maxPrecision": "38"},
                )
            raise self._wrong(token, why=why)
        return DecimalType(digits, scale)


def _unquoted(text: str, raw: bool) -> str:
    quote, body = text[0], text[1:-1]
    if raw:
        return body
    body = body.replace(quote * 2, quote)
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), body, flags=re.DOTALL)
