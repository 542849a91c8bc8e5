# SPDX-License-Identifier: Apache-2.0
"""What Spark makes of a value that is cast to a text, as SQL."""

from __future__ import annotations

from sluice.frame import clocks
from sluice.frame.expr import new_id
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.settings import FrameSettings
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)

__all__ = ["interval_time", "text_of"]


def text_of(settings: FrameSettings, text: str, source: DataType) -> str:
    """SQL for the text of a value; null for null."""
    if isinstance(source, FloatType | DoubleType):
        plain = f"CAST({text} AS VARCHAR)"
        # DuckDB writes large floats with the digits of the double that they are.
        exact = (
            scalar("number_text", plain)
            if isinstance(source, DoubleType)
            else scalar("float_text", f"CAST({text} AS DOUBLE)")
        )
        return (
            f"(CASE WHEN (abs({text}) >= 0.001 AND abs({text}) < 1e7) OR {text} = 0 THEN {plain} "
            f"ELSE {exact} END)"
        )
    if isinstance(source, DecimalType) and source.precision == source.scale < 38:
        # DuckDB has no digit before the point of a type that has none.
        return f"CAST(CAST({text} AS DECIMAL({source.scale + 1}, {source.scale})) AS VARCHAR)"
    if isinstance(source, DateType):
        days = f"CAST({text} - DATE '1970-01-01' AS BIGINT)"
        usual = f"{text} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        return f"(CASE WHEN {usual} THEN CAST({text} AS VARCHAR) ELSE {scalar('date_text', days)} END)"
    if isinstance(source, TimestampType | TimestampNTZType):
        clock = clocks.local(settings, text) if isinstance(source, TimestampType) else text
        usual = f"{clock} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"
        other = scalar("timestamp_text", f"epoch_us({clock})")
        return f"(CASE WHEN {usual} THEN CAST({clock} AS VARCHAR) ELSE {other} END)"
    if isinstance(source, BinaryType):
        return f"coalesce(TRY(decode({text})), {scalar('lossy_utf8', text)})"
    if isinstance(source, DayTimeIntervalType):
        fields = f"{source.startField}, {source.endField}"
        return scalar("day_time_text", f"epoch_us({text})", fields)
    if isinstance(source, YearMonthIntervalType):
        months = f"(date_part('year', {text}) * 12 + date_part('month', {text}))"
        return scalar(
            "year_month_text", f"CAST({months} AS BIGINT)", f"{source.startField}, {source.endField}"
        )
    if isinstance(source, CalendarIntervalType):
        months = f"(date_part('year', {text}) * 12 + date_part('month', {text}))"
        return scalar(
            "calendar_text", months, f"date_part('day', {text})", f"epoch_us({interval_time(text)})"
        )
    if isinstance(source, ArrayType):
        name = f"e{new_id()}"
        element = _or_null(settings, name, source.elementType)
        return f"('[' || array_to_string(list_transform({text}, lambda {name}: {element}), ', ') || ']')"
    if isinstance(source, MapType):
        name = f"e{new_id()}"
        key = _or_null(settings, f"{name}.key", source.keyType)
        value = _or_null(settings, f"{name}.value", source.valueType)
        entries = f"list_transform(map_entries({text}), lambda {name}: {key} || ' -> ' || {value})"
        return f"('{{' || array_to_string({entries}, ', ') || '}}')"
    if isinstance(source, StructType):
        fields = " || ', ' || ".join(
            _or_null(settings, f"struct_extract({text}, {sql_text(field.name)})", field.dataType)
            for field in source.fields
        )
        return f"(CASE WHEN {text} IS NOT NULL THEN '{{' || {fields or sql_text('')} || '}}' END)"
    return f"CAST({text} AS VARCHAR)"


def interval_time(text: str) -> str:
    """SQL for what an interval of all units has beside months and days."""
    return (
        f"(to_hours(date_part('hour', {text})) + to_minutes(date_part('minute', {text})) "
        f"+ to_microseconds(date_part('microsecond', {text})))"
    )


def _or_null(settings: FrameSettings, text: str, type_: DataType) -> str:
    if isinstance(type_, NullType):
        return "'null'"
    return f"coalesce({text_of(settings, text, type_)}, 'null')"
