# SPDX-License-Identifier: Apache-2.0
"""Casts with Spark's answers: what is cut off, what is refused, and how values look as texts."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.coercion import is_integral, is_numeric, is_string
from sluice.frame.settings import FrameSettings
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    NullType,
    TimestampNTZType,
    TimestampType,
)

__all__ = ["cast"]


def cast(settings: FrameSettings, sql: Sql, to: DataType, safe: bool = False, explicit: bool = False) -> Sql:
    """Return a value as another type.

    Args:
        safe: null instead of an error where a value does not fit.
        explicit: the program asked for it, so that also what loses digits is allowed.

    Raises:
        AnalysisException: there is no such cast.
    """
    source = sql.type
    if source == to:
        return sql
    word = "TRY_CAST" if safe else "CAST"
    name = to_duckdb(to)
    nullable = sql.nullable or safe
    if isinstance(source, NullType):
        return Sql(f"CAST(NULL AS {name})", to, True)
    if is_string(to):
        return Sql(_text(sql), to, sql.nullable)
    if is_string(source):
        return Sql(_of_text(sql.text, to, word, name), to, nullable)
    if is_integral(to) or isinstance(to, DecimalType):
        if isinstance(source, FloatType | DoubleType) and is_integral(to):
            return Sql(f"{word}(trunc({sql.text}) AS {name})", to, nullable)
        if isinstance(source, DecimalType) and is_integral(to):
            return Sql(f"{word}(trunc({sql.text}) AS {name})", to, nullable)
        if isinstance(source, TimestampType) and is_integral(to):
            return Sql(f"{word}(floor(epoch_us({sql.text}) / 1000000) AS {name})", to, nullable)
    if isinstance(source, TimestampType) and isinstance(to, FloatType | DoubleType):
        return Sql(f"CAST(epoch_us({sql.text}) / 1000000.0::DOUBLE AS {name})", to, nullable)
    if isinstance(to, TimestampType) and is_numeric(source):
        return Sql(f"make_timestamptz(CAST(({sql.text}) * 1000000 AS BIGINT))", to, nullable)
    if isinstance(source, BooleanType) and is_numeric(to):
        return Sql(f"CAST(CAST({sql.text} AS INTEGER) AS {name})", to, nullable)
    if isinstance(source, DateType) and is_numeric(to):
        raise _refused(sql, source, to)
    if isinstance(source, BinaryType):
        raise _refused(sql, source, to)
    return Sql(f"{word}({sql.text} AS {name})", to, nullable)


def _refused(sql: Sql, source: DataType, to: DataType) -> Exception:
    return errors.analysis(
        "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
        f'Cannot resolve the cast due to data type mismatch: cannot cast "{source.simpleString().upper()}" to '
        f'"{to.simpleString().upper()}". SQLSTATE: 42K09',
    )


def _text(sql: Sql) -> str:
    source = sql.type
    if isinstance(source, TimestampType | TimestampNTZType):
        return _timestamp_text(sql.text)
    if isinstance(source, BinaryType):
        return f"decode({sql.text})"
    return f"CAST({sql.text} AS VARCHAR)"


def _timestamp_text(text: str) -> str:
    return f"rtrim(rtrim(strftime({text}, '%Y-%m-%d %H:%M:%S.%f'), '0'), '.')"


def _of_text(text: str, to: DataType, word: str, name: str) -> str:
    if isinstance(to, BinaryType):
        return f"encode({text})"
    if isinstance(to, BooleanType):
        lowered = f"lower(trim({text}))"
        message = (
            f"'[CAST_INVALID_INPUT] The value '''' || {text} || '''' of the type STRING cannot be cast to BOOLEAN "
            "because it is malformed. Correct the value as per the syntax, or change its target type. "
            "Use `try_cast` to tolerate malformed input and return NULL instead. SQLSTATE: 22018'"
        )
        other = "NULL" if word == "TRY_CAST" else failing(message, "BOOLEAN")
        return (
            f"CASE WHEN {lowered} IN ('t', 'true', 'y', 'yes', '1') THEN TRUE "
            f"WHEN {lowered} IN ('f', 'false', 'n', 'no', '0') THEN FALSE "
            f"WHEN {text} IS NULL THEN NULL ELSE {other} END"
        )
    return f"{word}(trim({text}) AS {name})"
