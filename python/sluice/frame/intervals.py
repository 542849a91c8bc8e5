# SPDX-License-Identifier: Apache-2.0
"""Types of intervals: of days and times, of years and months, and of both."""

from __future__ import annotations

import datetime
import os
from typing import Any, ClassVar

from sluice.frame.atoms import AtomicType, DataType, DataTypeSingleton
from sluice.frame.errors import condition
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import PySparkNotImplementedError, PySparkRuntimeError

__all__ = [
    "AnsiIntervalType",
    "CalendarIntervalType",
    "DayTimeIntervalType",
    "Months",
    "YearMonthIntervalType",
]


class Months(int):
    """A number of months, as the value of a literal."""


class AnsiIntervalType(AtomicType):
    """Intervals from one field to another, as the SQL standard has them."""

    _fields: ClassVar[dict[int, str]]
    _inverted_fields: ClassVar[dict[str, int]]

    def __init__(self, startField: int | None = None, endField: int | None = None) -> None:
        if startField is None and endField is None:
            startField, endField = min(self._fields), max(self._fields)
        elif endField is None:
            endField = startField
        if startField not in self._fields or endField not in self._fields:
            raise condition(
                PySparkRuntimeError,
                "INVALID_INTERVAL_CASTING",
                "no interval from field {start_field} to field {end_field}",
                start_field=startField,
                end_field=endField,
            )
        self.startField: int = startField
        self.endField: int = endField

    def _str_repr(self) -> str:
        first, last = self._fields[self.startField], self._fields[self.endField]
        return f"interval {first}" if first == last else f"interval {first} to {last}"

    def simpleString(self) -> str:
        return self._str_repr()

    def jsonValue(self) -> str:
        return self._str_repr()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"


class DayTimeIntervalType(AnsiIntervalType):
    """A stretch of time: `datetime.timedelta`, stored as microseconds."""

    DAY = 0
    HOUR = 1
    MINUTE = 2
    SECOND = 3

    _fields: ClassVar[dict[int, str]] = {DAY: "day", HOUR: "hour", MINUTE: "minute", SECOND: "second"}
    _inverted_fields: ClassVar[dict[str, int]] = {name: field for field, name in _fields.items()}

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.timedelta | None) -> int | None:
        return None if dt is None else dt // datetime.timedelta(microseconds=1)

    def fromInternal(self, micros: int | None) -> datetime.timedelta | None:
        return None if micros is None else datetime.timedelta(microseconds=micros)


class _Unreadable(DataType):
    """Intervals for which Python has no class: they have no values in Python."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        raise self._refused("toInternal")

    def fromInternal(self, obj: Any) -> Any:
        raise self._refused("fromInternal")

    def _refused(self, method: str) -> PySparkNotImplementedError:
        feature = f"{type(self).__name__}.{method}"
        return condition(
            PySparkNotImplementedError,
            "NOT_IMPLEMENTED",
            "{feature} is not implemented: Python has no class for such an interval; cast it to a string",
            feature=feature,
        )


class YearMonthIntervalType(_Unreadable, AnsiIntervalType):
    """A number of years and months. Python has no class for it, so that it cannot be collected."""

    YEAR = 0
    MONTH = 1

    _fields: ClassVar[dict[int, str]] = {YEAR: "year", MONTH: "month"}
    _inverted_fields: ClassVar[dict[str, int]] = {name: field for field, name in _fields.items()}

    def needConversion(self) -> bool:
        # PySpark's own switch: the number of months is given as it is.
        return os.environ.get("PYSPARK_YM_INTERVAL_LEGACY") != "1"


class CalendarIntervalType(_Unreadable, metaclass=DataTypeSingleton):
    """Months, days and microseconds. Python has no class for it, so that it cannot be collected."""

    @classmethod
    def typeName(cls) -> str:
        return "interval"


name_as_theirs(globals(), "pyspark.sql.types")
