# SPDX-License-Identifier: Apache-2.0
"""Values of programs as SQL, with the types that PySpark gives them."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
from typing import Any

from sluice.frame import errors
from sluice.frame.intervals import Months
from sluice.frame.names import sql_text
from sluice.frame.settings import FrameSettings
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StringType,
    TimestampType,
    YearMonthIntervalType,
)

__all__ = ["compiled"]

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def compiled(value: Any, settings: FrameSettings) -> Sql:
    """Return a literal.

    Raises:
        AnalysisException: there is no type for it.
    """
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None:
        return Sql("NULL", NullType(), True)
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return _of_numpy(value, settings)
    if isinstance(value, list | tuple):
        return _array([compiled(each, settings) for each in value], settings)
    if isinstance(value, dict):
        keys = _array([compiled(key, settings) for key in value], settings)
        values = _array([compiled(each, settings) for each in value.values()], settings)
        assert isinstance(keys.type, ArrayType)
        assert isinstance(values.type, ArrayType)
        return Sql(
            f"MAP({keys.text}, {values.text})", MapType(keys.type.elementType, values.type.elementType), False
        )
    text, type_ = _plain(value, settings)
    return Sql(text, type_, False)


def _plain(value: Any, settings: FrameSettings) -> tuple[str, DataType]:
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), BooleanType()
    if isinstance(value, Months):
        return f"to_months({int(value)})", YearMonthIntervalType()
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return f"CAST('{_double(value)}' AS DOUBLE)", DoubleType()
    if isinstance(value, str):
        return sql_text(str(value)), StringType()
    if isinstance(value, bytes | bytearray):
        return "unhex('" + bytes(value).hex() + "')", BinaryType()
    if isinstance(value, decimal.Decimal):
        return _decimal(value)
    if isinstance(value, datetime.datetime):
        return _timestamp(value, settings), TimestampType()
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'", DateType()
    if isinstance(value, datetime.timedelta):
        micros = value // datetime.timedelta(microseconds=1)
        return f"to_microseconds({micros})", DayTimeIntervalType()
    raise errors.analysis(
        "UNSUPPORTED_FEATURE.LITERAL_TYPE",
        f"The feature is not supported: Literal for '{value!r}' of {type(value)}. SQLSTATE: 0A000",
    )


def _integer(value: int) -> tuple[str, DataType]:
    if -(2**31) <= value < 2**31:
        return f"CAST({value} AS INTEGER)" if value < 0 else str(value), IntegerType()
    if -(2**63) <= value < 2**63:
        return f"CAST({value} AS BIGINT)", LongType()
    return _decimal(decimal.Decimal(value))


def _double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _decimal(value: decimal.Decimal) -> tuple[str, DataType]:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise errors.analysis("UNSUPPORTED_FEATURE.LITERAL_TYPE", f"a decimal that is no number: {value}")
    scale = max(0, -exponent)
    precision = max(len(digits) + max(exponent, 0), scale, 1)
    if precision > 38:
        raise errors.analysis(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            f"Decimal precision {precision} exceeds max precision 38. SQLSTATE: 22003",
        )
    return f"CAST('{value:f}' AS DECIMAL({precision}, {scale}))", DecimalType(precision, scale)


def _timestamp(value: datetime.datetime, settings: FrameSettings) -> str:
    if value.tzinfo is None:
        # A time without a zone is one of this machine's, as in PySpark.
        value = value.astimezone()
    micros = (value - _EPOCH) // datetime.timedelta(microseconds=1)
    return f"make_timestamptz({micros})"


def _of_numpy(value: Any, settings: FrameSettings) -> Sql:
    from sluice.frame.casts import cast
    from sluice.frame.types import ByteType, FloatType, ShortType

    kinds: dict[str, DataType] = {
        "int8": ByteType(),
        "int16": ShortType(),
        "int32": IntegerType(),
        "int64": LongType(),
        "float32": FloatType(),
        "float64": DoubleType(),
        "bool": BooleanType(),
    }
    plain = value.tolist()
    type_ = kinds.get(str(value.dtype))
    if type_ is None:
        return compiled(plain, settings)
    sql = compiled(plain, settings)
    return cast(settings, sql, ArrayType(type_) if isinstance(plain, list) else type_)


def _array(values: list[Sql], settings: FrameSettings) -> Sql:
    from sluice.frame.casts import cast
    from sluice.frame.coercion import common_type

    type_ = common_type((each.type for each in values), settings.ansi)
    if type_ is None:
        raise errors.analysis(
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES", "the elements of an array literal differ in type"
        )
    inner = ", ".join(cast(settings, each, type_).text for each in values)
    return Sql(f"[{inner}]", ArrayType(type_, any(each.nullable for each in values)), False)
