# SPDX-License-Identifier: Apache-2.0
"""Arrow columns as the texts that `show` and casts to strings give: numbers in Java's notation, times in a zone."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs
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
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    YearMonthIntervalType,
)
from sluice.frame.zones import wall_clocks

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["calendar_text", "java_double", "java_float", "to_texts"]

_SECOND = 1_000_000
_UNITS = (86_400 * _SECOND, 3_600 * _SECOND, 60 * _SECOND, _SECOND)


def to_texts(
    array: pa.Array | pa.ChunkedArray, kind: DataType, zone: str, pretty: bool = True
) -> list[str | None]:
    """The text of each value; None for null. `pretty` is `show`'s form: bytes as digits, NULL inside of values.

    Without it the texts are those of a cast to string.
    """
    if isinstance(array, pyarrow().ChunkedArray):
        return [text for chunk in array.chunks for text in to_texts(chunk, kind, zone, pretty)]
    if isinstance(kind, UserDefinedType):
        return to_texts(array, kind.sqlType(), zone, pretty)
    if isinstance(kind, (ArrayType, MapType, StructType)):
        return _nested(array, kind, zone, pretty)
    if isinstance(kind, (DateType, TimestampType, TimestampNTZType)):
        return _days(array, kind, zone)
    if isinstance(kind, BinaryType) and not pretty:
        return [None if value is None else value.decode("utf-8", "replace") for value in array.to_pylist()]
    if isinstance(kind, DayTimeIntervalType):
        counts = array.cast(pyarrow().int64()).to_pylist()
        return [None if value is None else _stretch(value, kind) for value in counts]
    if isinstance(kind, TimeType):
        counts = array.cast(pyarrow().int64()).to_pylist()
        return [None if value is None else _clock(value // 1000) for value in counts]
    text = _PLAIN.get(type(kind), str)
    if isinstance(kind, YearMonthIntervalType):
        return [None if value is None else _months(value.months, kind) for value in array.to_pylist()]
    return [None if value is None else text(value) for value in array.to_pylist()]


def _nested(array: pa.Array, kind: DataType, zone: str, pretty: bool) -> list[str | None]:
    null = "NULL" if pretty else "null"

    def inner(part: pa.Array, of: DataType) -> list[str]:
        return [null if text is None else text for text in to_texts(part, of, zone, pretty)]

    texts: Iterable[str]
    if isinstance(kind, ArrayType):
        items = inner(array.values, kind.elementType)
        texts = (f"[{', '.join(items[start:end])}]" for start, end in pairwise(array.offsets.to_pylist()))
    elif isinstance(kind, MapType):
        keys, items = inner(array.keys, kind.keyType), inner(array.items, kind.valueType)
        pairs = [f"{key} -> {item}" for key, item in zip(keys, items, strict=True)]
        texts = (f"{{{', '.join(pairs[start:end])}}}" for start, end in pairwise(array.offsets.to_pylist()))
    else:
        assert isinstance(kind, StructType)
        parts = [inner(array.field(at), field.dataType) for at, field in enumerate(kind)]
        records: Iterable[tuple[str, ...]] = zip(*parts, strict=True) if parts else ((),) * len(array)
        texts = (f"{{{', '.join(record)}}}" for record in records)
    gone = array.is_null().to_pylist()
    return [None if missing else text for text, missing in zip(texts, gone, strict=True)]


def _days(array: pa.Array, kind: DataType, zone: str) -> list[str | None]:
    numpy = needs("numpy", "1.26", "show")
    if isinstance(kind, TimestampType):
        array = wall_clocks(array, zone)
    # NumPy writes every year, also those that Python's datetime has not.
    texts = numpy.datetime_as_string(array.to_numpy(zero_copy_only=False)).tolist()
    return [None if text == "NaT" else _day(text) for text in texts]


def _day(text: str) -> str:
    day, _, time = text.partition("T")
    if len(day.partition("-")[0]) > 4 and not day.startswith("-"):
        day = f"+{day}"
    return f"{day} {_trimmed(time)}" if time else day


def _trimmed(time: str) -> str:
    """A time of day without zeros after its last digit of a second's fraction."""
    return time.rstrip("0").rstrip(".") if "." in time else time


def _clock(micros: int) -> str:
    minutes, rest = divmod(micros, _UNITS[2])
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{_seconds(rest)}"


def _seconds(micros: int) -> str:
    return _trimmed(f"{micros // _SECOND:02d}.{micros % _SECOND:06d}")


def shown_interval(value: Any, kind: Any) -> str:
    """A literal of an interval, as a column of it is called."""
    import datetime

    if isinstance(value, datetime.timedelta):
        return _stretch(value // datetime.timedelta(microseconds=1), kind)
    return _months(int(value), kind)


def _stretch(micros: int, kind: DayTimeIntervalType) -> str:
    sign, rest = ("-", -micros) if micros < 0 else ("", micros)
    first, last = kind.startField, kind.endField
    parts = []
    for field in range(first, last + 1):
        if field == kind.SECOND:
            parts.append(_seconds(rest))
        else:
            count, rest = divmod(rest, _UNITS[field])
            parts.append(f"{count:02d}" if field != kind.DAY else str(count))
    text = parts[0] + "".join(
        (" " if field == kind.HOUR else ":") + part
        for field, part in zip(range(first + 1, last + 1), parts[1:], strict=True)
    )
    return f"INTERVAL '{sign}{text}' {_fields(kind)}"


def _months(months: int, kind: YearMonthIntervalType) -> str:
    sign, count = ("-", -months) if months < 0 else ("", months)
    years, rest = divmod(count, 12)
    if kind.startField == kind.endField:
        text = str(years if kind.startField == kind.YEAR else count)
    else:
        text = f"{years}-{rest}"
    return f"INTERVAL '{sign}{text}' {_fields(kind)}"


def _fields(kind: DayTimeIntervalType | YearMonthIntervalType) -> str:
    return kind.simpleString().removeprefix("interval ").upper()


def _calendar(value: Any) -> str:
    return calendar_text(value.months, value.days, value.nanoseconds // 1000)


def calendar_text(months: int, days: int, micros: int) -> str:
    """An interval of all units as Spark writes it: `1 years 2 days`."""
    sign = -1 if micros < 0 else 1
    micros = abs(micros)
    hours, micros = divmod(micros, _UNITS[1])
    minutes, micros = divmod(micros, _UNITS[2])
    years = abs(months) // 12 * (-1 if months < 0 else 1)
    counts = {
        "years": years,
        "months": months - years * 12,
        "days": days,
        "hours": hours * sign,
        "minutes": minutes * sign,
    }
    parts = [f"{count} {unit}" for unit, count in counts.items() if count]
    if micros:
        whole, part = divmod(micros, _SECOND)
        seconds = f"{whole}.{part:06d}".rstrip("0").rstrip(".")
        parts.append(f"{'-' if sign < 0 else ''}{seconds} seconds")
    return " ".join(parts) or "0 seconds"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def java_double(value: float) -> str:
    """A number of 64 bits as Java writes it: `1.0`, `1.0E7`, `4.9E-324`, `NaN`."""
    return _java(value, repr(value), float)


def java_float(value: float) -> str:
    """A number of 32 bits as Java writes it."""
    numpy = needs("numpy", "1.26", "show")
    return _java(value, numpy.format_float_scientific(numpy.float32(value)), numpy.float32)


def _java(value: float, shortest: str, rounded: Callable[[float], Any]) -> str:
    if value != value or value in (math.inf, -math.inf):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    sign = "-" if math.copysign(1, value) < 0 else ""
    if not value:
        return f"{sign}0.0"
    digits, power = _scientific(shortest)
    if len(digits) == 1:
        # Java asks for two digits, the closest such number: 4.9E-324, where 5e-324 is the shortest.
        two = f"{abs(value):.1e}"
        if rounded(float(two)) == rounded(abs(value)):
            digits, power = _scientific(two)
    if not -3 <= power < 7:
        return f"{sign}{digits[0]}.{digits[1:] or '0'}E{power}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    whole = digits[: power + 1].ljust(power + 1, "0")
    return f"{sign}{whole}.{digits[power + 1 :] or '0'}"


def _scientific(text: str) -> tuple[str, int]:
    """The digits of a number, without zeros at the end, and the power of ten of the first."""
    _, digits, exponent = decimal.Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    power = len(digits) + exponent - 1
    return "".join(map(str, digits)).rstrip("0"), power


_PLAIN: dict[type[DataType], Callable[[Any], str]] = {
    BooleanType: _boolean,
    DoubleType: java_double,
    FloatType: java_float,
    # Never with an exponent.
    DecimalType: "{:f}".format,
    BinaryType: lambda value: f"[{value.hex(' ').upper()}]",
    CalendarIntervalType: _calendar,
}
