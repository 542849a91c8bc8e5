# SPDX-License-Identifier: Apache-2.0
"""What Spark makes of a text that is cast to another type, as SQL."""

from __future__ import annotations

from sluice.frame import clocks, errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.coercion import is_integral
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.settings import FrameSettings
from sluice.frame.sqltext import failing
from sluice.frame.types import (
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

__all__ = ["malformed", "parsed", "plain_clock", "trimmed"]

#: What Spark takes off both ends: everything up to the space, and the delete character.
_BLANK = "".join(map(chr, (*range(1, 33), 127)))
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


def trimmed(text: str) -> str:
    """SQL for a text without blanks at its ends."""
    return f"trim({text}, {sql_text(_BLANK)})"


def malformed(text: str, to: DataType) -> str:
    """SQL that raises the error for a text that is no value of a type."""
    message = (
        f"'[CAST_INVALID_INPUT] The value ''' || {text} || ''' of the type \"STRING\" cannot be cast to "
        f'"{to.simpleString().upper()}" because it is malformed. Correct the value as per the syntax, or change its '
        "target type. Use `try_cast` to tolerate malformed input and return NULL instead. SQLSTATE: 22018'"
    )
    return failing(message, to_duckdb(to))


def parsed(settings: FrameSettings, text: str, to: DataType, safe: bool, tried: bool = False) -> str:
    """SQL for the value that a text has as a type.

    Args:
        safe: null, not an error, where it has none.
        tried: the program said so, by `try_cast`.
    """
    if isinstance(to, BinaryType):
        return f"encode({text})"
    if isinstance(to, StringType) or to.typeName() in ("char", "varchar"):
        return text
    value = _value(settings, text, to, tried)
    if safe:
        return value
    if isinstance(to, DecimalType):
        return _decimal(text, value, to)
    return f"(CASE WHEN {text} IS NULL OR {value} IS NOT NULL THEN {value} ELSE {malformed(text, to)} END)"


def _value(settings: FrameSettings, text: str, to: DataType, tried: bool) -> str:
    """The value, or null."""
    bare, name = trimmed(text), to_duckdb(to)
    if is_integral(to) and not settings.ansi and not tried:
        # What is behind the point does not count.
        whole = f"regexp_extract({bare}, '^([+-]?[0-9]+)(?:[.][0-9]*)?$', 1)"
        return f"TRY_CAST(nullif({whole}, '') AS {name})"
    if is_integral(to):
        return f"(CASE WHEN regexp_full_match({bare}, '[+-]?[0-9]+') THEN TRY_CAST({bare} AS {name}) END)"
    if isinstance(to, FloatType | DoubleType):
        return _floating(bare, name)
    if isinstance(to, DecimalType):
        plain = f"(CASE WHEN regexp_full_match({bare}, {sql_text(_NUMBER)}) THEN {bare} END)"
        # DuckDB reads exponents wrongly.
        number = f"(CASE WHEN contains(lower({plain}), 'e') THEN {scalar('plain_decimal', plain)} ELSE {plain} END)"
        return f"TRY_CAST({number} AS {name})"
    if isinstance(to, BooleanType):
        lowered = f"lower({bare})"
        return (
            f"(CASE WHEN {lowered} IN ('t', 'true', 'y', 'yes', '1') THEN TRUE "
            f"WHEN {lowered} IN ('f', 'false', 'n', 'no', '0') THEN FALSE END)"
        )
    if isinstance(to, DateType):
        usual = f"regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        other = f"(DATE '1970-01-01' + {scalar('date_of', text)})"
        return f"(CASE WHEN {usual} THEN TRY_CAST({text} AS DATE) ELSE {other} END)"
    if isinstance(to, TimestampType | TimestampNTZType):
        return _timestamp(settings, text, isinstance(to, TimestampType))
    raise errors.analysis(
        "UNSUPPORTED_FEATURE.CAST",
        f'a cast of a text to "{to.simpleString().upper()}" is not implemented; make the value with a function',
    )


def _floating(bare: str, name: str) -> str:
    digits = f"regexp_extract({bare}, {sql_text('^(' + _NUMBER + ')[dDfF]?$')}, 1)"
    lowered = f"lower({bare})"
    return (
        f"(CASE WHEN {lowered} IN ('inf', '+inf', 'infinity', '+infinity') THEN CAST('inf' AS {name}) "
        f"WHEN {lowered} IN ('-inf', '-infinity') THEN CAST('-inf' AS {name}) "
        f"WHEN {lowered} = 'nan' THEN CAST('nan' AS {name}) ELSE TRY_CAST(nullif({digits}, '') AS {name}) END)"
    )


def _decimal(text: str, value: str, to: DecimalType) -> str:
    number = f"regexp_full_match({trimmed(text)}, {sql_text(_NUMBER)})"
    message = (
        f"'[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] The value ' || {text} || ' cannot be represented as "
        f'Decimal({to.precision}, {to.scale}). If necessary set "spark.sql.ansi.enabled" to "false" to bypass this '
        "error, and return NULL instead. SQLSTATE: 22003'"
    )
    return (
        f"(CASE WHEN {text} IS NULL OR {value} IS NOT NULL THEN {value} "
        f"WHEN {number} THEN {failing(message, to_duckdb(to))} ELSE {malformed(text, to)} END)"
    )


def plain_clock(text: str) -> str:
    """SQL for the wall clock's time that a text is, null where it is none or names a time zone."""
    other = f"make_timestamp({scalar('timestamp_ntz_without_zone_of', text)})"
    return f"(CASE WHEN {_usual(text)} THEN TRY_CAST({text} AS TIMESTAMP) ELSE {other} END)"


def _usual(text: str) -> str:
    """Whether a text has the form that DuckDB reads too, and much faster."""
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    return f"regexp_full_match({text}, {sql_text(form)})"


def _timestamp(settings: FrameSettings, text: str, zoned: bool) -> str:
    clock = f"TRY_CAST({text} AS TIMESTAMP)"
    zone = sql_text(settings.zone)
    if zoned:
        direct, other = (
            clocks.instant(settings, clock),
            f"make_timestamptz({scalar('timestamp_of', text, zone)})",
        )
    else:
        direct, other = clock, f"make_timestamp({scalar('timestamp_ntz_of', text)})"
    return f"(CASE WHEN {_usual(text)} THEN {direct} ELSE {other} END)"
