# SPDX-License-Identifier: Apache-2.0
"""Functions of dates and times: parts, sums, and what is cut off."""

from __future__ import annotations

from collections.abc import Callable

from sluice.frame import clocks, errors
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import Builder, Function, coerced, register, template
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

__all__ = ["clock", "literal_text"]

_DATE, _INT, _STRING, _STAMP = DateType(), IntegerType(), StringType(), TimestampType()


def clock(compiler: Compiler, call: Call, place: int, sql: Sql, passing: bool = False) -> Sql:
    """An argument as a time on the wall clock of the session; with `passing` an instant in between."""
    if isinstance(sql.type, TimestampNTZType) and not passing:
        return sql
    stamp = coerced(compiler, call, place, sql, _STAMP)
    return Sql(clocks.local(compiler.settings, stamp.text), TimestampNTZType(), stamp.nullable)


def literal_text(call: Call, place: int) -> str | None:
    """The text of an argument, if it is known before rows are."""
    arg = call.args[place]
    return str(arg.value) if isinstance(arg, Literal) and arg.value is not None else None


def _of_date(text: str, result: DataType) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = coerced(compiler, call, 0, args[0], _DATE)
        return Sql(text.format(value.text), result, value.nullable)

    return build


_PARTS = {
    "year": "year({})",
    "quarter": "quarter({})",
    "month": "month({})",
    "day": "day({})",
    "dayofmonth": "day({})",
    "dayofyear": "dayofyear({})",
    "dayofweek": "(dayofweek({}) + 1)",
    "weekday": "(isodow({}) - 1)",
    "weekofyear": "weekofyear({})",
}
for _name, _text in _PARTS.items():
    register(Function(_name, _of_date(f"CAST({_text} AS INTEGER)", _INT), arity=(1, 1)))
register(Function("dayname", _of_date("dayname({})[1:3]", _STRING), arity=(1, 1)))
register(Function("monthname", _of_date("monthname({})[1:3]", _STRING), arity=(1, 1)))
register(Function("last_day", _of_date("last_day({})", _DATE), arity=(1, 1)))
register(Function("unix_date", _of_date("CAST({} - DATE '1970-01-01' AS INTEGER)", _INT), arity=(1, 1)))


def _of_clock(text: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = clock(compiler, call, 0, args[0])
        return Sql(f"CAST({text.format(value.text)} AS INTEGER)", _INT, value.nullable)

    return build


for _name in ("hour", "minute", "second"):
    register(Function(_name, _of_clock(f"{_name}({{}})"), arity=(1, 1)))

_FIELDS = {
    "year": ("year", "years", "y", "yr", "yrs"),
    "yearofweek": ("yearofweek",),
    "quarter": ("quarter", "qtr"),
    "month": ("month", "mon", "mons", "months"),
    "weekofyear": ("week", "w", "weeks"),
    "day": ("day", "d", "days"),
    "dayofweek": ("dayofweek", "dow"),
    "isodow": ("dayofweek_iso", "dow_iso"),
    "dayofyear": ("doy",),
    "hour": ("hour", "h", "hours", "hr", "hrs"),
    "minute": ("minute", "m", "min", "mins", "minutes"),
    "second": ("second", "s", "sec", "seconds", "secs"),
}
_FIELD_OF = {alias: field for field, aliases in _FIELDS.items() for alias in aliases}


def _extract(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    name = literal_text(call, 0)
    field = _FIELD_OF.get((name or "").lower())
    if field is None:
        raise errors.analysis(
            "INVALID_EXTRACT_FIELD",
            f'Cannot extract `{name}` from "{call.args[1].name()}". SQLSTATE: 42601',
        )
    value = args[1]
    if "interval" in value.type.typeName():
        return _of_interval(value, field)
    inner = Call(field, call.args[1:])
    if field == "second":
        at = clock(compiler, call, 1, value)
        micros = f"(epoch_us({at.text}) - epoch_us(date_trunc('minute', {at.text})))"
        text = f"CAST(CAST({micros} AS DECIMAL(18, 0)) * 0.000001 AS DECIMAL(8, 6))"
        return Sql(text, DecimalType(8, 6), value.nullable)
    if field in ("yearofweek", "isodow"):
        date = coerced(compiler, call, 1, value, _DATE)
        function = "isoyear" if field == "yearofweek" else "isodow"
        return Sql(f"CAST({function}({date.text}) AS INTEGER)", _INT, date.nullable)
    from sluice.frame.functions.registry import build

    return build(compiler, inner, [value])


def _of_interval(value: Sql, field: str) -> Sql:
    if field in ("year", "month"):
        return Sql(f"CAST(date_part('{field}', {value.text}) AS INTEGER)", _INT, value.nullable)
    micros = f"epoch_us({value.text})"
    if field == "second":
        text = f"CAST(CAST({micros} % 60000000 AS DECIMAL(18, 0)) * 0.000001 AS DECIMAL(8, 6))"
        return Sql(text, DecimalType(8, 6), value.nullable)
    unit, most = {"day": (86_400_000_000, 0), "hour": (3_600_000_000, 24), "minute": (60_000_000, 60)}[field]
    whole = f"({micros} // {unit})" + (f" % {most}" if most else "")
    return Sql(f"CAST({whole} AS INTEGER)", _INT, value.nullable)


def _shown_part(name: str) -> Callable[[list[str]], str]:
    word = ", " if name == "date_part" else " FROM "
    return lambda inner: f"{name}({word.join(inner)})"


for _name in ("extract", "date_part", "datepart"):
    register(Function(_name, _extract, arity=(2, 2), shown=_shown_part(_name)))


def _moved(sign: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        date = coerced(compiler, call, 0, args[0], _DATE)
        days = coerced(compiler, call, 1, args[1], _INT)
        return Sql(f"({date.text} {sign} {days.text})", _DATE, date.nullable or days.nullable)

    return build


register(Function("date_add", _moved("+"), arity=(2, 2)))
register(Function("dateadd", _moved("+"), arity=(2, 2), shown=lambda inner: f"date_add({', '.join(inner)})"))
register(Function("date_sub", _moved("-"), arity=(2, 2)))
template("datediff", "CAST({0} - {1} AS INTEGER)", _INT, (_DATE, _DATE))
template("date_diff", "CAST({0} - {1} AS INTEGER)", _INT, (_DATE, _DATE))
template("add_months", "CAST({0} + to_months({1}) AS DATE)", _DATE, (_DATE, _INT))
template("date_from_unix_date", "(DATE '1970-01-01' + {0})", _DATE, (_INT,))

_UNITS = {
    "year": "year", "yyyy": "year", "yy": "year", "quarter": "quarter", "month": "month", "mon": "month", "mm": "month",
    "week": "week", "day": "day", "dd": "day", "hour": "hour", "minute": "minute", "second": "second",
    "millisecond": "millisecond", "microsecond": "microsecond",
}  # fmt: skip


def _date_trunc(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    stamp = coerced(compiler, call, 1, args[1], _STAMP)
    name = literal_text(call, 0)
    unit = _UNITS.get((name or "").lower())
    if unit is None:
        if name is None and not isinstance(call.args[0], Literal):
            from sluice.frame.functions.registry import refusal

            raise refusal("date_trunc", "a unit that is a column is not here; give its name")
        return Sql("CAST(NULL AS TIMESTAMPTZ)", _STAMP, True)
    if unit in ("minute", "second", "millisecond", "microsecond"):
        # Offsets of zones are whole minutes since long: no time comes twice within one.
        size = {"minute": 60_000_000, "second": 1_000_000, "millisecond": 1_000, "microsecond": 1}[unit]
        micros = f"epoch_us({stamp.text})"
        floor = f"({micros} - (({micros} % {size}) + {size}) % {size})"
        text = f"make_timestamptz({floor})"
        return Sql(text, _STAMP, True)
    if unit == "hour":
        at = clocks.local(compiler.settings, stamp.text)
        text = f"make_timestamptz(epoch_us({stamp.text}) - (epoch_us({at}) - epoch_us(date_trunc('hour', {at}))))"
        return Sql(text, _STAMP, True)
    return Sql(
        clocks.instant(
            compiler.settings, f"date_trunc('{unit}', {clocks.local(compiler.settings, stamp.text)})"
        ),
        _STAMP,
        True,
    )


def _trunc(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    date = coerced(compiler, call, 0, args[0], _DATE)
    unit = _UNITS.get((literal_text(call, 1) or "").lower())
    if unit not in ("year", "quarter", "month", "week"):
        return Sql("CAST(NULL AS DATE)", _DATE, True)
    return Sql(f"CAST(date_trunc('{unit}', {date.text}) AS DATE)", _DATE, True)


_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NAMES = {name: at for at, full in enumerate(_FULL, 1) for name in (full, full[:3], full[:2])}


def _next_day(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    date = coerced(compiler, call, 0, args[0], _DATE)
    name = literal_text(call, 1)
    if name is not None and name.lower() in _DAY_NAMES:
        ahead = f"((({_DAY_NAMES[name.lower()]} - isodow({date.text}) + 6) % 7) + 1)"
        return Sql(f"({date.text} + CAST({ahead} AS INTEGER))", _DATE, True)
    day = coerced(compiler, call, 1, args[1], _STRING)
    numbers = " ".join(f"WHEN '{each}' THEN {at}" for each, at in _DAY_NAMES.items())
    message = f"'[ILLEGAL_DAY_OF_WEEK] Illegal input for day of week: ' || {day.text} || '. SQLSTATE: 22009'"
    number = f"(CASE lower({day.text}) {numbers} ELSE {failing(message, 'INTEGER')} END)"
    ahead = f"(({number} - isodow({date.text}) + 6) % 7) + 1"
    known = f"{date.text} IS NOT NULL AND {day.text} IS NOT NULL"
    return Sql(f"(CASE WHEN {known} THEN {date.text} + CAST({ahead} AS INTEGER) END)", _DATE, True)


def _since_midnight(compiler: Compiler, stamp: str) -> str:
    """The microseconds of a day's beginning on the wall clock, and those that went by since."""
    day = f"date_trunc('day', {clocks.local(compiler.settings, stamp)})"
    day = f"CAST({day} AS TIMESTAMP)"
    return f"(epoch_us({day}) + epoch_us({stamp}) - epoch_us({clocks.instant(compiler.settings, day)}))"


def _months_between(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    one, other = (coerced(compiler, call, place, sql, _STAMP) for place, sql in enumerate(args[:2]))
    rounded = args[2].text if len(args) > 2 else "TRUE"
    text = scalar("months_between", *(_since_midnight(compiler, each.text) for each in (one, other)), rounded)
    return Sql(text, DoubleType(), one.nullable or other.nullable)


register(Function("date_trunc", _date_trunc, arity=(2, 2)))
register(Function("trunc", _trunc, arity=(2, 2)))
register(Function("next_day", _next_day, arity=(2, 2)))
register(
    Function(
        "months_between",
        _months_between,
        arity=(2, 3),
        shown=lambda inner: f"months_between({', '.join([*inner, 'true'][:3])})",
    )
)

declare(
    """
    add_months(start:c, months:x)
    date_add(start:c, days:x)
    date_diff(end:c, start:c)
    date_from_unix_date(days:c)
    date_part(field:c, source:c)
    date_sub(start:c, days:x)
    date_trunc(format:v, timestamp:c)
    dateadd(start:c, days:x)
    datediff(end:c, start:c)
    datepart(field:c, source:c)
    day(col:c)
    dayname(col:c)
    dayofmonth(col:c)
    dayofweek(col:c)
    dayofyear(col:c)
    extract(field:c, source:c)
    hour(col:c)
    last_day(date:c)
    minute(col:c)
    month(col:c)
    monthname(col:c)
    months_between(date1:c, date2:c, roundOff:v=True)
    next_day(date:c, dayOfWeek:v)
    quarter(col:c)
    second(col:c)
    trunc(date:c, format:v)
    unix_date(col:c)
    weekday(col:c)
    weekofyear(col:c)
    year(col:c)
    """
)
