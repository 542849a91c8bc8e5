# SPDX-License-Identifier: Apache-2.0
"""The types of days, times of day and moments."""

from __future__ import annotations

import calendar
import datetime
import time

from sluice.frame.atoms import AtomicType, DataTypeSingleton
from sluice.pyspark.aliases import name_as_theirs

__all__ = [
    "AnyTimeType",
    "DateType",
    "DatetimeType",
    "TimeType",
    "TimestampNTZType",
    "TimestampType",
]

_MICROS = 1_000_000
_EPOCH = datetime.datetime(1970, 1, 1)


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


name_as_theirs(globals(), "pyspark.sql.types")
