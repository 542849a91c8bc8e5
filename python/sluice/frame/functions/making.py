# SPDX-License-Identifier: Apache-2.0
"""Dates, timestamps and intervals made of numbers; timestamps moved; windows of time."""

from __future__ import annotations

import re
from typing import Any

from sluice.frame import clocks, errors
from sluice.frame.casts import cast
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.dates import clock, literal_text
from sluice.frame.functions.registry import Builder, Function, coerced, refuse, register, template
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

_DATE, _INT, _LONG, _STRING = DateType(), IntegerType(), LongType(), StringType()
_STAMP, _CLOCK, _SECONDS = TimestampType(), TimestampNTZType(), DecimalType(16, 6)

template(
    "make_date",
    f"(CASE WHEN TRY(make_date({{0}}, {{1}}, {{2}})) IS NOT NULL THEN make_date({{0}}, {{1}}, {{2}}) "
    f"ELSE DATE '1970-01-01' + {scalar('make_days', '{0}', '{1}', '{2}')} END)",
    _DATE,
    (_INT, _INT, _INT),
)


def _making(zoned: bool, safe: bool) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        if len(args) not in (6, 7):
            from sluice.frame.functions.registry import refusal

            raise refusal(call.function, "a timestamp of a date and a time is not here; give six numbers")
        parts = [coerced(compiler, call, place, sql, _INT).text for place, sql in enumerate(args[:5])]
        seconds = cast(compiler.settings, args[5], _SECONDS)
        micros = f"CAST({seconds.text} * 1000000 AS BIGINT)"
        made = scalar("try_make_micros" if safe else "make_micros", *parts, micros)
        if len(args) == 7:
            zone = coerced(compiler, call, 6, args[6], _STRING)
            text = f"make_timestamptz({scalar('shift_zone', made, zone.text, chr(39) + 'to' + chr(39))})"
        elif zoned:
            text = clocks.instant(compiler.settings, f"make_timestamp({made})")
        else:
            text = f"make_timestamp({made})"
        nullable = any(each.nullable for each in args)
        return Sql(f"TRY({text})" if safe else text, _STAMP if zoned else _CLOCK, safe or nullable)

    return build


for _name, _zoned in (("make_timestamp", True), ("make_timestamp_ltz", True), ("make_timestamp_ntz", False)):
    register(Function(_name, _making(_zoned, False), arity=(0, 7)))
    register(Function(f"try_{_name}", _making(_zoned, True), arity=(0, 7)))


def _of_fields(text: str, type_: DataType, types: tuple[DataType, ...]) -> Builder:
    """An interval of numbers; what is not given is zero."""

    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        given = [coerced(compiler, call, place, arg, types[place]) for place, arg in enumerate(args)]
        parts = [each.text for each in given] + ["0"] * (len(types) - len(given))
        return Sql(text.format(*parts), type_, any(each.nullable for each in given))

    return build


_DAY_TIME = (
    "to_microseconds((CAST({0} AS BIGINT) * 24 + {1}) * 3600000000 + CAST({2} AS BIGINT) * 60000000 "
    "+ CAST({3} * 1000000 AS BIGINT))"
)
register(
    Function(
        "make_dt_interval",
        _of_fields(_DAY_TIME, DayTimeIntervalType(), (_INT, _INT, _INT, _SECONDS)),
        arity=(0, 4),
    )
)
register(
    Function(
        "make_ym_interval",
        _of_fields("to_months({0} * 12 + {1})", YearMonthIntervalType(), (_INT, _INT)),
        arity=(0, 2),
    )
)


def _interval(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """An interval of all units; what is not given is zero."""
    types = (*(_INT,) * 6, _SECONDS)
    parts = [
        coerced(compiler, call, place, args[place], type_).text if place < len(args) else "0"
        for place, type_ in enumerate(types)
    ]
    years, months, weeks, days, hours, minutes, seconds = parts
    text = (
        f"(to_months({years} * 12 + {months}) + to_days({weeks} * 7 + {days}) "
        f"+ to_microseconds(CAST({hours} AS BIGINT) * 3600000000 + CAST({minutes} AS BIGINT) * 60000000 "
        f"+ CAST({seconds} * 1000000 AS BIGINT)))"
    )
    nullable = call.function.startswith("try") or any(each.nullable for each in args)
    return Sql(text, CalendarIntervalType(), nullable)


def _shown_interval(name: str) -> Any:
    return lambda inner: f"{name}({', '.join((*inner, *(*('0',) * 6, '0.000000')[len(inner) :]))})"


for _name in ("make_interval", "try_make_interval"):
    register(Function(_name, _interval, arity=(0, 7), shown=_shown_interval(_name)))

_FIXED = {
    "MICROSECOND": 1,
    "MILLISECOND": 1_000,
    "SECOND": 1_000_000,
    "MINUTE": 60_000_000,
    "HOUR": 3_600_000_000,
    "DAY": 86_400_000_000,
    "WEEK": 604_800_000_000,
}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def _unit(call: Call) -> str:
    name = (literal_text(call, 0) or "").upper()
    name = "DAY" if name == "DAYOFYEAR" else name
    if name not in _FIXED and name not in _MONTHS:
        raise errors.raised(
            "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
            f"The value of parameter(s) `unit` in `{call.function}` is invalid: expects one of the units without "
            f"quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but "
            f"got the string literal '{name}'. SQLSTATE: 22023",
        )
    return name


def _timestamp_add(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    unit = _unit(call)
    count = coerced(compiler, call, 1, args[1], _LONG)
    value = (
        args[2] if isinstance(args[2].type, TimestampNTZType) else coerced(compiler, call, 2, args[2], _STAMP)
    )
    zoned = isinstance(value.type, TimestampType)
    nullable = count.nullable or value.nullable
    if unit in _FIXED and _FIXED[unit] < _FIXED["DAY"]:
        make = "make_timestamptz" if zoned else "make_timestamp"
        text = f"{make}(epoch_us({value.text}) + {count.text} * {_FIXED[unit]})"
        return Sql(text, value.type, nullable)
    months = _MONTHS.get(unit)
    days = 7 if unit == "WEEK" else 1
    step = (
        f"to_months(CAST({count.text} * {months} AS INTEGER))"
        if months
        else f"to_days(CAST({count.text} * {days} AS INTEGER))"
    )
    local = f"({clocks.local(compiler.settings, value.text) if zoned else value.text} + {step})"
    return Sql(clocks.instant(compiler.settings, local) if zoned else local, value.type, nullable)


def _months(start: str, end: str) -> str:
    """Whole months from one time to another: a month is over when its day and time are reached."""
    before, after = (
        f"CAST({end} AS DATE) < CAST({start} AS DATE)",
        f"CAST({end} AS DATE) > CAST({start} AS DATE)",
    )
    early, late = (
        f"CAST({end} AS TIME) < CAST({start} AS TIME)",
        f"CAST({end} AS TIME) > CAST({start} AS TIME)",
    )
    # A last day that is not whole does not count.
    moved = f"(CAST({end} AS DATE) + CASE WHEN {after} AND {early} THEN -1 WHEN {before} AND {late} THEN 1 ELSE 0 END)"
    first, last = (f"((year({day}) * 12 + month({day})) * 32 + day({day}))" for day in (start, moved))
    return f"(({last} - {first}) // 32)"


def _timestamp_diff(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    unit = _unit(call)
    start, end = (clock(compiler, call, place, sql, True) for place, sql in enumerate(args[1:], 1))
    nullable = start.nullable or end.nullable
    if unit in _FIXED:
        text = f"((epoch_us({end.text}) - epoch_us({start.text})) // {_FIXED[unit]})"
    else:
        text = f"({_months(start.text, end.text)} // {_MONTHS[unit]})"
    return Sql(text, _LONG, nullable)


for _name, _build in (("timestampadd", _timestamp_add), ("timestampdiff", _timestamp_diff)):
    register(Function(_name, _build, arity=(3, 3)))

_LENGTH = re.compile(
    r"\s*(?:interval\s+)?([+-]?\d+)\s+(microsecond|millisecond|second|minute|hour|day|week)s?\b", re.I
)


def _duration(text: str) -> int:
    """Microseconds of `10 minutes` or `1 hour 30 minutes`.

    Raises:
        AnalysisException: it is none, or has months.
    """
    rest, total = text.strip(), 0
    while rest:
        found = _LENGTH.match(rest)
        if found is None:
            raise errors.analysis(
                "CANNOT_PARSE_INTERVAL",
                f"Unable to parse '{text}' as a duration of a window. SQLSTATE: 22006",
            )
        total += int(found[1]) * _FIXED[found[2].upper()]
        rest = rest[found.end() :].strip()
    return total


def _window(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    size, start, slide = (int(literal_text(call, place) or 0) for place in (1, 2, 3))
    value = (
        args[0] if isinstance(args[0].type, TimestampNTZType) else coerced(compiler, call, 0, args[0], _STAMP)
    )
    make = "make_timestamp" if isinstance(value.type, TimestampNTZType) else "make_timestamptz"
    micros = f"epoch_us({value.text})"
    first = f"({micros} - ((({micros} - {start}) % {slide}) + {slide}) % {slide})"
    type_ = StructType([StructField("start", value.type, True), StructField("end", value.type, True)])
    if call.function == "window":
        struct = f"{{'start': {make}({first}), 'end': {make}({first} + {size})}}"
        return Sql(f"(CASE WHEN {value.text} IS NOT NULL THEN {struct} END)", type_, True)
    # The last first, as Spark has them.
    begins = f"list_transform(range({-(-size // slide)}), lambda w: {first} - w * {slide})"
    inside = f"list_filter({begins}, lambda w: w + {size} > {micros})"
    structs = f"list_transform({inside}, lambda w: {{'start': {make}(w), 'end': {make}(w + {size})}})"
    return Sql(f"(CASE WHEN {value.text} IS NOT NULL THEN {structs} END)", ArrayType(type_, False), True)


def _window_time(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    end = compiler.field(args[0], "end", call.args[0].name())
    make = "make_timestamp" if isinstance(end.type, TimestampNTZType) else "make_timestamptz"
    return Sql(f"{make}(epoch_us({end.text}) - 1)", end.type, end.nullable)


register(Function("window", _window, arity=(4, 4), shown=lambda inner: "window"))
register(Function("time_windows", _window, arity=(4, 4)))
register(Function("window_time", _window_time, arity=(1, 1)))
refuse("session_window", "windows by gaps between rows are not here; use lag and a running sum")
for _name in (
    *("current_time", "make_time", "to_time", "try_to_time", "time_bucket", "time_diff", "time_trunc"),
    *("time_from_micros", "time_from_millis", "time_from_seconds"),
    *("time_to_micros", "time_to_millis", "time_to_seconds"),
):
    refuse(_name, "the type TIME has no functions here; use timestamps")
for _name in ("timestamp_nanos", "unix_nanos"):
    refuse(_name, "timestamps have microseconds")
for _name in ("years", "months", "days", "hours", "bucket"):
    refuse(_name, "it only partitions tables that are written, which is not here")

declare(
    """
    make_date(year:c, month:c, day:c)
    make_timestamp_ltz(years:c, months:c, days:c, hours:c, mins:c, secs:c, timezone:c=None)
    try_make_timestamp_ltz(years:c, months:c, days:c, hours:c, mins:c, secs:c, timezone:c=None)
    window_time(windowColumn:c)
    """
)


def _add_makers() -> None:
    def of_parts(name: str, zoned: bool) -> Any:
        def make(
            years: Any = None, months: Any = None, days: Any = None, hours: Any = None, mins: Any = None,
            secs: Any = None, timezone: Any = None, date: Any = None, time: Any = None,
        ) -> Column:  # fmt: skip
            if years is not None and (date is not None or time is not None):
                raise PySparkValueError(
                    errorClass="CANNOT_SET_TOGETHER",
                    messageParameters={"arg_list": "years|months|days|hours|mins|secs and date|time"},
                )
            given = (years, months, days, hours, mins, secs, *((timezone,) if timezone is not None else ()))
            if years is None:
                given = (date, time)
            return Column(Call(name, tuple(map(expr_of, given))))

        def make_local(
            years: Any = None, months: Any = None, days: Any = None, hours: Any = None, mins: Any = None,
            secs: Any = None, date: Any = None, time: Any = None,
        ) -> Column:  # fmt: skip
            return make(years, months, days, hours, mins, secs, None, date, time)

        return make if zoned else make_local

    def of_interval(name: str) -> Any:
        def make(
            years: Any = None, months: Any = None, weeks: Any = None, days: Any = None, hours: Any = None,
            mins: Any = None, secs: Any = None,
        ) -> Column:  # fmt: skip
            return Column(Call(name, _or_zero(years, months, weeks, days, hours, mins, secs)))

        return make

    for prefix in ("", "try_"):
        FUNCTIONS[f"{prefix}make_timestamp"] = of_parts(f"{prefix}make_timestamp", True)
        FUNCTIONS[f"{prefix}make_timestamp_ntz"] = of_parts(f"{prefix}make_timestamp_ntz", False)
        FUNCTIONS[f"{prefix}make_interval"] = of_interval(f"{prefix}make_interval")


def _or_zero(*given: Any) -> tuple[Any, ...]:
    return tuple(Literal(0) if each is None else expr_of(each) for each in given)


def make_dt_interval(days: Any = None, hours: Any = None, mins: Any = None, secs: Any = None) -> Column:
    """An interval of days and time."""
    return Column(Call("make_dt_interval", _or_zero(days, hours, mins, secs)))


def make_ym_interval(years: Any = None, months: Any = None) -> Column:
    """An interval of years and months."""
    return Column(Call("make_ym_interval", _or_zero(years, months)))


def timestamp_add(unit: str, quantity: Any, ts: Any) -> Column:
    """A timestamp so many units on."""
    return Column(Call("timestampadd", (Literal(unit), expr_of(quantity), expr_of(ts))))


def timestamp_diff(unit: str, start: Any, end: Any) -> Column:
    """How many whole units lie between two timestamps."""
    return Column(Call("timestampdiff", (Literal(unit), expr_of(start), expr_of(end))))


def window(
    timeColumn: Any, windowDuration: str, slideDuration: str | None = None, startTime: str | None = None
) -> Column:
    """The window of time that a row is in: start and end. With a slide a row is in each that it falls into.

    Raises:
        AnalysisException: a duration is not positive.
    """
    for name, value in (
        ("windowDuration", windowDuration),
        ("slideDuration", slideDuration),
        ("startTime", startTime),
    ):
        if (value is not None or name == "windowDuration") and (not value or type(value) is not str):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "arg_name": name,
                    "expected_type": "str",
                    "arg_type": type(value).__name__,
                },
            )
    size, start = _duration(windowDuration), _duration(startTime or "0 seconds")
    slide = size if slideDuration is None else _duration(slideDuration)
    if size <= 0 or not 0 < slide <= size:
        raise errors.analysis(
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            f"The `window_duration` must be greater than 0, and the `slide_duration` between: "
            f"windowDuration={windowDuration}, slideDuration={slideDuration}. SQLSTATE: 42K09",
        )
    return Column(Call("window", (expr_of(timeColumn), Literal(size), Literal(start), Literal(slide))))


for _function in (make_dt_interval, make_ym_interval, timestamp_add, timestamp_diff, window):
    FUNCTIONS[_function.__name__] = _function
_add_makers()
