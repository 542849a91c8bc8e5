# SPDX-License-Identifier: Apache-2.0
"""The types of a column that hold no other type; `types` is where programs find them."""

from __future__ import annotations

import calendar
import datetime
import json
import time
from typing import Any, ClassVar

from sluice.frame.conditions import condition
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import PySparkNotImplementedError

__all__ = [
    "AnyTimeType",
    "AtomicType",
    "BinaryType",
    "BooleanType",
    "ByteType",
    "CharType",
    "DataType",
    "DataTypeSingleton",
    "DateType",
    "DatetimeType",
    "DecimalType",
    "DoubleType",
    "FloatType",
    "FractionalType",
    "IntegerType",
    "IntegralType",
    "LongType",
    "NullType",
    "NumericType",
    "ShortType",
    "StringType",
    "TimeType",
    "TimestampNTZType",
    "TimestampType",
    "VarcharType",
]

_MICROS = 1_000_000
_EPOCH = datetime.datetime(1970, 1, 1)


class DataType:
    """The type of a column, of an element, of a key or of a value."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    @classmethod
    def typeName(cls) -> str:
        """The name of the kind of type, without its parameters: `decimal`."""
        return cls.__name__.removesuffix("Type").lower()

    def simpleString(self) -> str:
        """The type as SQL names it: `decimal(10,2)`, `array<int>`."""
        return self.typeName()

    def jsonValue(self) -> str | dict[str, Any]:
        """The type as values that JSON has."""
        return self.typeName()

    def json(self) -> str:
        """The type as a text of JSON."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether `toInternal` and `fromInternal` change a value."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """Turn a Python value into what a row of SQL stores."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """Turn what a row of SQL stores into a Python value."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """Read a type, or the columns of a table, from SQL text: `array<int>`, `a int, b string`.

        :raises ParseException: what is not a type, with the place in the text
        """
        from sluice.frame.ddl import parse_type

        return parse_type(ddl)

    def _as_nullable(self) -> DataType:
        return self


class DataTypeSingleton(type):
    """The class of types without parameters: one object each."""

    _instances: ClassVar[dict[DataTypeSingleton, Any]] = {}

    def __call__(cls) -> Any:
        made = cls._instances.get(cls)
        if made is None:
            made = cls._instances[cls] = super().__call__()
        return made


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of None, before more is known."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """Every type but null, arrays, maps, structs and those that a user defined."""


class NumericType(AtomicType):
    """Numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """Whole numbers of a fixed number of bits."""


class FractionalType(NumericType):
    """Numbers with a fraction."""


class StringType(AtomicType):
    """Text. Only the binary collation is here: any other is refused."""

    def __init__(self, collation: str = "UTF8_BINARY") -> None:
        if collation != "UTF8_BINARY":
            raise condition(
                PySparkNotImplementedError,
                "NOT_IMPLEMENTED",
                "collation {collation} is not implemented: a string is compared by its bytes, as UTF8_BINARY",
                feature=f"collation {collation}",
                collation=collation,
            )
        self.collation = collation

    def isUTF8BinaryCollation(self) -> bool:
        """Whether text is compared by its bytes: always."""
        return True


class _Sized(AtomicType):
    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        return f"{self.typeName()}({self.length})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length})"


class CharType(_Sized):
    """Text of `length` characters."""


class VarcharType(_Sized):
    """Text of at most `length` characters."""


class BinaryType(AtomicType, metaclass=DataTypeSingleton):
    """Bytes."""


class BooleanType(AtomicType, metaclass=DataTypeSingleton):
    """True or False."""


class DatetimeType(AtomicType):
    """Days and times."""


class DateType(DatetimeType, metaclass=DataTypeSingleton):
    """A day: `datetime.date`, stored as days from 1970-01-01."""

    EPOCH_ORDINAL = _EPOCH.toordinal()

    def needConversion(self) -> bool:
        return True

    def toInternal(self, d: datetime.date | None) -> int | None:
        return None if d is None else d.toordinal() - self.EPOCH_ORDINAL

    def fromInternal(self, v: int | None) -> datetime.date | None:
        return None if v is None else datetime.date.fromordinal(v + self.EPOCH_ORDINAL)


class AnyTimeType(DatetimeType):
    """A time of day of any precision."""


class TimeType(AnyTimeType):
    """A time of day: `datetime.time`, stored as nanoseconds from midnight."""

    def __init__(self, precision: int = 6) -> None:
        self.precision = precision

    def needConversion(self) -> bool:
        return True

    def toInternal(self, t: datetime.time | None) -> int | None:
        if t is None:
            return None
        seconds = (t.hour * 60 + t.minute) * 60 + t.second
        return (seconds * _MICROS + t.microsecond) * 1000

    def fromInternal(self, nano: int | None) -> datetime.time | None:
        return None if nano is None else (_EPOCH + datetime.timedelta(microseconds=nano // 1000)).time()

    def simpleString(self) -> str:
        return f"time({self.precision})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"TimeType({self.precision})"


class TimestampType(DatetimeType, metaclass=DataTypeSingleton):
    """A moment: `datetime.datetime`, stored as microseconds from 1970-01-01 in UTC.

    One without a zone is read, and given, in the local zone here, and in the session's zone by frames.
    """

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        if dt is None:
            return None
        seconds = calendar.timegm(dt.utctimetuple()) if dt.tzinfo else time.mktime(dt.timetuple())
        return int(seconds) * _MICROS + dt.microsecond

    def fromInternal(self, ts: int | None) -> datetime.datetime | None:
        if ts is None:
            return None
        seconds, micros = divmod(ts, _MICROS)
        return datetime.datetime.fromtimestamp(seconds).replace(microsecond=micros)


class TimestampNTZType(DatetimeType, metaclass=DataTypeSingleton):
    """A day and a time of day without a zone: `datetime.datetime`."""

    @classmethod
    def typeName(cls) -> str:
        return "timestamp_ntz"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        return None if dt is None else calendar.timegm(dt.timetuple()) * _MICROS + dt.microsecond

    def fromInternal(self, ts: int | None) -> datetime.datetime | None:
        return None if ts is None else _EPOCH + datetime.timedelta(microseconds=ts)


class DecimalType(FractionalType):
    """Exact numbers of `precision` digits, `scale` of them after the point; at most 38."""

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"


class DoubleType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 64 bits."""


class FloatType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 32 bits."""


class ByteType(IntegralType):
    """Whole numbers of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class ShortType(IntegralType):
    """Whole numbers of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class IntegerType(IntegralType):
    """Whole numbers of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """Whole numbers of 64 bits; larger ones are a `DecimalType`."""

    def simpleString(self) -> str:
        return "bigint"


name_as_theirs(globals(), "pyspark.sql.types")
