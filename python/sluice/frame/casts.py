# SPDX-License-Identifier: Apache-2.0
"""Casts with Spark's answers: which there are, and between numbers, times and nested values."""

from __future__ import annotations

from sluice.frame import clocks, errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casttexts import text_of
from sluice.frame.coercion import decimal_of, is_integral, is_numeric, is_string
from sluice.frame.expr import new_id
from sluice.frame.names import sql_text
from sluice.frame.parsing import parsed
from sluice.frame.rowwise import scalar
from sluice.frame.settings import FrameSettings
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from sluice.frame.wrapping import wrapping

__all__ = ["cast", "castable"]

_TIMES = (DateType, TimestampType, TimestampNTZType)
_INTERVALS = (DayTimeIntervalType, YearMonthIntervalType)


def castable(source: DataType, to: DataType) -> bool:
    """Whether Spark casts one type to another in ANSI mode."""
    if source == to or isinstance(source, NullType):
        return True
    if is_string(to):
        return True
    if is_string(source):
        return not isinstance(to, ArrayType | MapType | StructType | NullType)
    if is_numeric(source):
        if isinstance(to, _INTERVALS):
            return not isinstance(source, FloatType | DoubleType)
        return is_numeric(to) or isinstance(to, BooleanType | TimestampType)
    if isinstance(source, BooleanType):
        return is_numeric(to)
    if isinstance(source, TimestampType):
        return is_numeric(to) or isinstance(to, _TIMES)
    if isinstance(source, DateType | TimestampNTZType):
        return isinstance(to, _TIMES)
    if isinstance(source, _INTERVALS):
        return type(source) is type(to) or is_integral(to) or isinstance(to, DecimalType)
    if isinstance(source, ArrayType) and isinstance(to, ArrayType):
        return castable(source.elementType, to.elementType)
    if isinstance(source, MapType) and isinstance(to, MapType):
        return castable(source.keyType, to.keyType) and castable(source.valueType, to.valueType)
    if isinstance(source, StructType) and isinstance(to, StructType):
        return len(source.fields) == len(to.fields) and all(
            castable(a.dataType, b.dataType) for a, b in zip(source.fields, to.fields, strict=True)
        )
    return type(source) is type(to)


def cast(settings: FrameSettings, sql: Sql, to: DataType, safe: bool = False, explicit: bool = False) -> Sql:
    """Return a value as another type.

    Args:
        safe: null instead of an error where a value does not fit.
        explicit: the program asked for it.

    Raises:
        AnalysisException: there is no such cast.
    """
    source = sql.type
    if source == to:
        return sql
    if not castable(source, to):
        raise _refused(source, to, safe)
    if not settings.ansi and not safe and is_numeric(source) and is_integral(to):
        return Sql(wrapping(sql.text, source, to), to, sql.nullable)
    tried, safe = safe, safe or not settings.ansi
    if isinstance(source, NullType):
        return Sql(f"CAST(NULL AS {to_duckdb(to)})", to, True)
    if is_string(to):
        return Sql(text_of(settings, sql.text, source), to, sql.nullable)
    if is_string(source):
        return Sql(
            parsed(settings, sql.text, to, safe, tried),
            to,
            sql.nullable or safe or not isinstance(to, BinaryType),
        )
    text = _converted(settings, sql, to, safe)
    return Sql(text, to, sql.nullable or (safe and not _always_fits(source, to)) or _may_be_null(source, to))


def _may_be_null(source: DataType, to: DataType) -> bool:
    """Whether Spark says that a cast can make a null, though it mostly raises."""
    if is_string(source):
        return not isinstance(to, BinaryType)
    if isinstance(source, TimestampType) and is_integral(to):
        return to.typeName() not in ("long", "bigint")
    if isinstance(source, FloatType | DoubleType):
        return isinstance(to, TimestampType | DecimalType) or is_integral(to)
    if isinstance(to, DecimalType) and is_numeric(source):
        held = decimal_of(source)
        return held.scale > to.scale or held.precision - held.scale > to.precision - to.scale
    return isinstance(source, DecimalType) and is_integral(to)


def _always_fits(source: DataType, to: DataType) -> bool:
    if isinstance(source, BooleanType) or isinstance(to, BooleanType | DoubleType | FloatType):
        return True
    if is_integral(source) and is_integral(to):
        return _WIDTH[source.typeName()] <= _WIDTH[to.typeName()]
    return isinstance(source, _TIMES) and isinstance(to, _TIMES)


_WIDTH = {"byte": 1, "tinyint": 1, "short": 2, "smallint": 2, "integer": 4, "int": 4, "long": 8, "bigint": 8}


def _refused(source: DataType, to: DataType, safe: bool) -> Exception:
    condition = "CAST_WITHOUT_SUGGESTION"
    if (is_numeric(source) and isinstance(to, DateType)) or (isinstance(source, DateType) and is_numeric(to)):
        condition = "CAST_WITH_FUNC_SUGGESTION"
    elif not safe and (
        (isinstance(source, BooleanType) and isinstance(to, TimestampType))
        or (isinstance(source, DateType | TimestampType) and isinstance(to, BooleanType))
        or (is_integral(source) and isinstance(to, BinaryType))
    ):
        condition = "CAST_WITH_CONF_SUGGESTION"
    return errors.analysis(
        f"DATATYPE_MISMATCH.{condition}",
        f'Cannot resolve the cast due to data type mismatch: cannot cast "{source.simpleString().upper()}" to '
        f'"{to.simpleString().upper()}". SQLSTATE: 42K09',
    )


def _converted(settings: FrameSettings, sql: Sql, to: DataType, safe: bool) -> str:
    source, text = sql.type, sql.text
    word, name = "TRY_CAST" if safe else "CAST", to_duckdb(to)
    if isinstance(source, StringType | BinaryType | CalendarIntervalType):
        return f"{word}({text} AS {name})"
    if isinstance(source, ArrayType | MapType | StructType):
        return _nested(settings, text, source, to, safe)
    if isinstance(to, BooleanType):
        return f"({text} <> 0)"
    if isinstance(source, BooleanType):
        return f"CAST(CAST({text} AS INTEGER) AS {name})"
    if isinstance(source, TimestampType) and is_numeric(to):
        return _seconds(text, to, word, name)
    if isinstance(source, TimestampType) and isinstance(to, DateType | TimestampNTZType):
        clock = clocks.local(settings, text)
        return clock if isinstance(to, TimestampNTZType) else f"CAST({clock} AS DATE)"
    if isinstance(to, TimestampType):
        return _timestamp(settings, text, source, safe)
    if isinstance(source, _INTERVALS) or isinstance(to, _INTERVALS):
        return _interval(text, source, to, word, name)
    if is_numeric(source) and is_numeric(to):
        return _number(settings, text, source, to, safe)
    return f"{word}({text} AS {name})"


def _number(settings: FrameSettings, text: str, source: DataType, to: DataType, safe: bool) -> str:
    word, name = "TRY_CAST" if safe else "CAST", to_duckdb(to)
    if isinstance(to, FloatType) and isinstance(source, DoubleType):
        # What no float holds is infinite.
        inside = f"TRY_CAST({text} AS FLOAT)"
        return (
            f"(CASE WHEN {inside} IS NULL AND {text} IS NOT NULL "
            f"THEN CAST(sign({text}) * CAST('inf' AS DOUBLE) AS FLOAT) ELSE {inside} END)"
        )
    if isinstance(source, FloatType | DoubleType):
        if is_integral(to):
            return _checked(settings, text, f"trunc({text})", source, to, safe)
        if isinstance(to, DecimalType):
            # By its shortest text, as Java makes a decimal of a double. What is no number has none. DuckDB reads
            # exponents wrongly.
            shortest = f"CAST(CAST({text} AS DOUBLE) AS VARCHAR)"
            plain = f"CASE WHEN {text} = 0 OR abs({text}) BETWEEN 1e-3 AND 1e15 THEN {shortest}"
            digits = scalar("plain_decimal", f"CASE WHEN isfinite({text}) THEN {shortest} END")
            finite = f"(CASE WHEN isfinite({text}) THEN {plain} ELSE {digits} END END)"
            return _checked(settings, text, finite, source, to, safe)
        return f"{word}({text} AS {name})"
    if isinstance(source, DecimalType) and isinstance(to, FloatType | DoubleType):
        return (
            f"CAST(CAST({text} AS VARCHAR) AS {name})" if source.precision > 15 else f"CAST({text} AS {name})"
        )
    if isinstance(source, DecimalType) and is_integral(to):
        return _checked(settings, text, f"trunc({text})", source, to, safe)
    if isinstance(to, DecimalType) and is_numeric(source):
        return _checked(settings, text, text, source, to, safe)
    if is_integral(source) and is_integral(to) and _WIDTH[source.typeName()] > _WIDTH[to.typeName()]:
        return _checked(settings, text, text, source, to, safe)
    return f"{word}({text} AS {name})"


def _checked(
    settings: FrameSettings, shown: str, text: str, source: DataType, to: DataType, safe: bool
) -> str:
    """A cast that says which value did not fit."""
    name = to_duckdb(to)
    made = f"TRY_CAST({text} AS {name})"
    if safe:
        return made
    absent = f"{text} IS NULL" if isinstance(to, DecimalType) else f"{shown} IS NULL"
    failure = failing(_overflow(settings, shown, source, to), name)
    return f"(CASE WHEN {absent} OR {made} IS NOT NULL THEN {made} ELSE {failure} END)"


def _overflow(settings: FrameSettings, text: str, source: DataType, to: DataType) -> str:
    if isinstance(to, DecimalType):
        before = "[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION]  "
        after = (
            f" cannot be represented as Decimal({to.precision}, {to.scale}). If necessary set "
            '"spark.sql.ansi.enabled" to "false" to bypass this error, and return NULL instead. SQLSTATE: 22003'
        )
    else:
        before = "[CAST_OVERFLOW] The value "
        after = (
            f'{_SUFFIXES.get(source.typeName(), "")} of the type "{source.simpleString().upper()}" cannot be cast to '
            f'"{to.simpleString().upper()}" due to an overflow. '
            " Use `try_cast` to tolerate overflow and return NULL instead. SQLSTATE: 22003"
        )
    return f"{sql_text(before)} || {text_of(settings, text, source)} || {sql_text(after)}"


#: What Spark writes behind a number in a text.
_SUFFIXES = {
    "double": "D",
    "decimal": "BD",
    "long": "L",
    "bigint": "L",
    "short": "S",
    "smallint": "S",
    "byte": "T",
    "tinyint": "T",
}


def _seconds(text: str, to: DataType, word: str, name: str) -> str:
    micros = f"epoch_us({text})"
    if is_integral(to):
        floor = f"({micros} // 1000000 - CAST({micros} % 1000000 < 0 AS INTEGER))"
        return f"{word}({floor} AS {name})"
    if isinstance(to, DecimalType):
        plain = f"CAST(abs({micros}) AS VARCHAR)"
        digits = f"lpad({plain}, CAST(greatest(7, len({plain})) AS INTEGER), '0')"
        sign = f"CASE WHEN {micros} < 0 THEN '-' ELSE '' END"
        return f"{word}({sign} || {digits}[:-7] || '.' || {digits}[-6:] AS {name})"
    exact = f"(CAST({micros} AS DOUBLE) / 1000000)"
    return f"{word}({exact} AS {name})"


def _timestamp(settings: FrameSettings, text: str, source: DataType, safe: bool) -> str:
    if isinstance(source, TimestampNTZType):
        return clocks.instant(settings, text)
    if isinstance(source, DateType):
        return clocks.instant(settings, f"CAST({text} AS TIMESTAMP)")
    if is_integral(source):
        return f"make_timestamptz(CAST({text} AS BIGINT) * 1000000)"
    if isinstance(source, DecimalType):
        return f"make_timestamptz({scalar('micros_of_decimal', f'CAST({text} AS VARCHAR)')})"
    finite = f"(CASE WHEN isfinite({text}) THEN trunc(CAST({text} AS DOUBLE) * 1000000) END)"
    if safe:
        return f"make_timestamptz(TRY_CAST({finite} AS BIGINT))"
    message = (
        f"'[CAST_INVALID_INPUT] The value ''' || CAST({text} AS VARCHAR) || ''' of the type \"DOUBLE\" cannot be cast "
        'to "TIMESTAMP" because it is malformed. Correct the value as per the syntax, or change its target type. '
        "Use `try_cast` to tolerate malformed input and return NULL instead. SQLSTATE: 22018'"
    )
    fits = f"{text} IS NULL OR isfinite({text})"
    micros = f"CASE WHEN {fits} THEN CAST({finite} AS BIGINT) ELSE {failing(message, 'BIGINT')} END"
    return f"make_timestamptz({micros})"


_UNITS = {0: 86_400_000_000, 1: 3_600_000_000, 2: 60_000_000, 3: 1_000_000}


def _interval(text: str, source: DataType, to: DataType, word: str, name: str) -> str:
    """Between an interval and a number in its last unit; between the fields of intervals."""
    if isinstance(source, DayTimeIntervalType):
        if isinstance(to, DayTimeIntervalType):
            unit = _UNITS[to.endField]
            return f"to_microseconds((epoch_us({text}) // {unit}) * {unit})" if unit > 1_000_000 else text
        unit = _UNITS[source.endField]
        if isinstance(to, DecimalType) and unit == 1_000_000:
            return f"{word}(CAST(epoch_us({text}) AS DECIMAL(24, 0)) * CAST('0.000001' AS DECIMAL(6, 6)) AS {name})"
        return f"{word}(epoch_us({text}) // {unit} AS {name})"
    if isinstance(source, YearMonthIntervalType):
        months = f"(date_part('year', {text}) * 12 + date_part('month', {text}))"
        if isinstance(to, YearMonthIntervalType):
            return f"to_months(CAST(({months} // 12) * 12 AS INTEGER))" if to.endField == 0 else text
        return f"{word}({months if source.endField else f'({months} // 12)'} AS {name})"
    if isinstance(to, DayTimeIntervalType):
        whole = f"CAST({text} AS BIGINT)" if is_integral(source) else text
        return f"to_microseconds(CAST({whole} * {_UNITS[to.endField]} AS BIGINT))"
    assert isinstance(to, YearMonthIntervalType)
    return f"to_months(CAST({text} * {1 if to.endField else 12} AS INTEGER))"


def _nested(settings: FrameSettings, text: str, source: DataType, to: DataType, safe: bool) -> str:
    def inner(value: str, of: DataType, wanted: DataType) -> str:
        return cast(settings, Sql(value, of), wanted, safe).text

    name = f"e{new_id()}"
    if isinstance(source, ArrayType) and isinstance(to, ArrayType):
        if source.elementType == to.elementType:
            return text
        return f"list_transform({text}, lambda {name}: {inner(name, source.elementType, to.elementType)})"
    if isinstance(source, MapType) and isinstance(to, MapType):
        key = inner(f"{name}.key", source.keyType, to.keyType)
        value = inner(f"{name}.value", source.valueType, to.valueType)
        pair = f"{{'key': {key}, 'value': {value}}}"
        return f"map_from_entries(list_transform(map_entries({text}), lambda {name}: {pair}))"
    assert isinstance(source, StructType)
    assert isinstance(to, StructType)
    fields = ", ".join(
        f"{sql_text(b.name)}: {inner(f'struct_extract_at({text}, {place})', a.dataType, b.dataType)}"
        for place, (a, b) in enumerate(zip(source.fields, to.fields, strict=True), 1)
    )
    return f"(CASE WHEN {text} IS NOT NULL THEN {{{fields}}} END)"
