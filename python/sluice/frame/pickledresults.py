# SPDX-License-Identifier: Apache-2.0
"""What functions of rows return, by PySpark's rules for functions that travel by pickles (``useArrow=False``).

There the JVM takes only what it expects for a type and makes null of everything else: an integer is no double, a
larger integer loses its upper bits. What only a JVM can show (its objects' addresses) is refused here.
"""

from __future__ import annotations

import array as arrays
import datetime
import decimal
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from sluice.frame import types as t
from sluice.frame.resulterrors import Label, unconverted

__all__ = ["PickledResults"]

Converter = Callable[[Any], Any]
_EPOCH = datetime.date(1970, 1, 1)


class PickledResults:
    """Makes columns of one type from lists of values; see the module for the rules."""

    def __init__(self, kind: t.DataType, arrow: pa.DataType, label: Label) -> None:
        self._arrow = arrow
        self._label = label
        self._convert = _of(kind)

    def __call__(self, values: list[Any]) -> pa.Array:
        """Return the column.

        Raises:
            PySparkTypeError: a value is refused; names function, column, expected, got.
        """
        convert = self._convert
        converted: list[Any] = []
        try:
            for value in values:
                converted.append(None if value is None else convert(value))
            return pa.array(converted, self._arrow)
        except Exception as error:
            got = type(values[len(converted)]).__name__ if len(converted) < len(values) else "these values"
            raise unconverted(self._label, self._arrow, got, error) from error


def _of(kind: t.DataType) -> Converter:
    for types, make in _RULES:
        if isinstance(kind, types):
            return make(kind)
    raise TypeError(f"no function of rows can return this type without Arrow: type={kind}")


def _plain(value: Any) -> Any:
    """Refuse what the JVM cannot unpickle."""
    module = type(value).__module__
    if module != "builtins" and module.partition(".")[0] == "numpy":
        raise TypeError(
            f"a {type(value).__name__} of numpy cannot be unpickled in a JVM; return item() of it"
        )
    if isinstance(value, tuple) and type(value) is not tuple:
        raise TypeError(f"a {type(value).__name__} can be unpickled in a JVM only for a struct")
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        raise TypeError("a datetime with a time zone cannot be unpickled in a JVM")
    return value


def _only(*kinds: type) -> Converter:
    return lambda value: value if type(_plain(value)) in kinds else None


def _integer(bits: int) -> Converter:
    half, whole = 1 << bits - 1, 1 << bits

    def convert(value: Any) -> Any:
        if type(_plain(value)) is not int or not -(1 << 63) <= value < 1 << 63:
            return None
        return (value + half) % whole - half

    return convert


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    return _shown(_plain(value))


def _shown(value: Any) -> str:
    """What Java's toString makes of it."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, int | decimal.Decimal):
        return str(value)
    if isinstance(value, list | set | frozenset):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_shown(key)}={_shown(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"a {type(value).__name__} as a text is an object's address in a JVM; return a str")


def _double(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:f}"
    digits, _, exponent = f"{decimal.Decimal(repr(value)).normalize():e}".partition("e")
    if not exponent:
        digits, exponent = repr(value).rstrip("0").rstrip("."), "0"
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def _bytes(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode()
    return bytes(value) if isinstance(_plain(value), bytes | bytearray) else None


def _date(value: Any) -> Any:
    return _EPOCH + datetime.timedelta(value.toordinal() - _EPOCH.toordinal())


def _moment(value: Any) -> Any:
    if not isinstance(value, datetime.datetime):
        raise AttributeError(f"'{type(value).__name__}' object has no attribute 'tzinfo'")
    return value.astimezone(datetime.UTC)


def _naive(value: Any) -> Any:
    year, month, day, hour, minute, second, *_ = value.timetuple()
    return datetime.datetime(year, month, day, hour, minute, second, value.microsecond)


def _interval(value: Any) -> Any:
    return datetime.timedelta(value.days, value.seconds, value.microseconds)


def _time(value: Any) -> Any:
    return datetime.time(value.hour, value.minute, value.second, value.microsecond)


def _decimal(kind: t.DecimalType) -> Converter:
    step = decimal.Decimal((0, (1,), -kind.scale))
    context = decimal.Context(prec=kind.precision, rounding=decimal.ROUND_HALF_UP)

    def convert(value: Any) -> Any:
        if not isinstance(_plain(value), decimal.Decimal) or not value.is_finite():
            return None
        try:
            return value.quantize(step, context=context)
        except decimal.InvalidOperation:
            return None

    return convert


def _inner(kind: t.DataType) -> Converter:
    convert = _of(kind)
    return lambda value: None if value is None else convert(value)


def _list(kind: t.ArrayType) -> Converter:
    element = _inner(kind.elementType)
    kinds = (list, tuple, arrays.array, bytes, bytearray)
    return lambda value: [element(each) for each in value] if isinstance(_plain(value), kinds) else None


def _map(kind: t.MapType) -> Converter:
    key, item = _inner(kind.keyType), _inner(kind.valueType)

    def convert(value: Any) -> Any:
        return [(key(k), item(v)) for k, v in value.items()] if isinstance(_plain(value), dict) else None

    return convert


def _struct(kind: t.StructType) -> Converter:
    names = kind.fieldNames()
    fields = [_inner(field.dataType) for field in kind]

    def convert(value: Any) -> Any:
        if isinstance(value, dict):
            found: list[Any] = [value.get(name) for name in names]
        elif isinstance(value, tuple | list):
            found = list(value)
        elif hasattr(value, "__dict__"):
            found = [value.__dict__.get(name) for name in names]
        else:
            raise ValueError(f"Unexpected tuple {value!r} with StructType")
        if len(found) != len(names):
            raise ValueError(
                "Input row doesn't have expected number of values required by the schema. "
                f"{len(names)} fields are required while {len(found)} values are provided."
            )
        return tuple(field(each) for field, each in zip(fields, found, strict=True))

    return convert


def _user_defined(kind: t.UserDefinedType) -> Converter:
    stored = _inner(kind.sqlType())
    return lambda value: stored(kind.serialize(value))


_RULES: tuple[tuple[Any, Callable[[Any], Converter]], ...] = (
    (t.BooleanType, lambda kind: _only(bool)),
    (t.ByteType, lambda kind: _integer(8)),
    (t.ShortType, lambda kind: _integer(16)),
    (t.IntegerType, lambda kind: _integer(32)),
    (t.LongType, lambda kind: _integer(64)),
    (t.FloatType | t.DoubleType, lambda kind: _only(float)),
    (t.StringType | t.CharType | t.VarcharType, lambda kind: _text),
    (t.BinaryType, lambda kind: _bytes),
    (t.DateType, lambda kind: _date),
    (t.TimestampType, lambda kind: _moment),
    (t.TimestampNTZType, lambda kind: _naive),
    (t.TimeType, lambda kind: _time),
    (t.DayTimeIntervalType, lambda kind: _interval),
    (t.DecimalType, _decimal),
    (t.ArrayType, _list),
    (t.MapType, _map),
    (t.StructType, _struct),
    (t.UserDefinedType, _user_defined),
    (t.NullType, lambda kind: lambda value: None),
)
