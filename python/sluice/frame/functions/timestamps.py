# SPDX-License-Identifier: Apache-2.0
"""Timestamps made of numbers and texts, and texts of them: by patterns, in time zones, now."""

from __future__ import annotations

from typing import Any

from sluice.frame import clocks
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral, is_string
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.errors import not_here
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.dates import literal_text
from sluice.frame.functions.registry import Builder, Function, coerced, register, template
from sluice.frame.javatimes import parsed_by, tokens, written_by
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    DateType,
    DecimalType,
    LongType,
    StringType,
    TimestampNTZType,
    TimestampType,
)

_DATE, _LONG, _STRING, _STAMP, _CLOCK = (
    DateType(),
    LongType(),
    StringType(),
    TimestampType(),
    TimestampNTZType(),
)
_DEFAULT = "yyyy-MM-dd HH:mm:ss"
#: What Spark 2 writes as Spark 4 does.
_OLD = frozenset(
    [
        *("yyyy", "yy", "MMMM", "MMM", "MM", "M", "dd", "d", "HH", "H"),
        *("hh", "h", "mm", "m", "ss", "s", "SSS"),
    ]
) | {"EEEE", "EEE", "E", "a"}
_PATTERN = Sql(sql_text(_DEFAULT), _STRING, False)


def _written(compiler: Compiler, stamp: str, pattern: Sql, known: str | None) -> str:
    """SQL that writes an instant by a pattern."""
    if compiler.settings.lenient and (
        known is None or not all(literal or text in _OLD for text, literal in tokens(known))
    ):
        raise not_here(
            f"the pattern {known}",
            f"spark.sql.legacy.timeParserPolicy=LEGACY: this pattern is not written here: pattern={known}; unset it",
        )
    if known is not None:
        form = written_by(known)
        if form is not None:
            return f"strftime({clocks.local(compiler.settings, stamp)}, {sql_text(form)})"
    return scalar("date_format", f"epoch_us({stamp})", pattern.text, sql_text(compiler.settings.zone))


def _date_format(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    stamp = coerced(compiler, call, 0, args[0], _STAMP)
    pattern = coerced(compiler, call, 1, args[1], _STRING)
    return Sql(_written(compiler, stamp.text, pattern, literal_text(call, 1)), _STRING, True)


def _from_unixtime(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    seconds = coerced(compiler, call, 0, args[0], _LONG)
    pattern = coerced(compiler, call, 1, args[1], _STRING) if len(args) > 1 else _PATTERN
    known = literal_text(call, 1) if len(args) > 1 else _DEFAULT
    text = _written(compiler, f"make_timestamptz({seconds.text} * 1000000)", pattern, known)
    return Sql(text, _STRING, True)


def _cannot_parse(text: str, function: str, duckdb_type: str) -> str:
    message = (
        f"'[CANNOT_PARSE_TIMESTAMP] Text ''' || {text} || ''' could not be parsed. Use `{function}` to tolerate "
        "invalid input string and return NULL instead. SQLSTATE: 22007'"
    )
    return failing(message, duckdb_type)


def _read(compiler: Compiler, text: Sql, pattern: Sql, known: str | None, zoned: bool) -> str:
    """SQL that reads a text by a pattern; null where it cannot be."""
    zone = sql_text(compiler.settings.zone)
    if compiler.settings.lenient:
        old = f"'lenient ' || {pattern.text}"
        if zoned:
            return f"make_timestamptz({scalar('parse_timestamp', text.text, old, zone)})"
        return f"make_timestamp({scalar('parse_local', text.text, old)})"
    if known is not None:
        tokens(known)
        form = parsed_by(known)
        if form is not None:
            local = (
                f"(CASE WHEN regexp_full_match({text.text}, {sql_text(form[0])}) "
                f"THEN try_strptime({text.text}, {sql_text(form[1])}) END)"
            )
            return clocks.instant(compiler.settings, local) if zoned else local
    if zoned:
        return f"make_timestamptz({scalar('parse_timestamp', text.text, pattern.text, zone)})"
    return f"make_timestamp({scalar('parse_local', text.text, pattern.text)})"


def _parsing(kind: str, safe: bool) -> Builder:
    """`to_date`, `to_timestamp` and so on: a cast, or with a pattern a text is read by it."""
    type_ = {"date": _DATE, "ltz": _STAMP, "ntz": _CLOCK}[kind]
    function = "try_to_date" if kind == "date" else "try_to_timestamp"

    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = args[0]
        trying = safe or not compiler.settings.ansi
        if len(args) < 2 or not is_string(value.type):
            made = cast(compiler.settings, value, type_, safe=safe)
            nullable = made.nullable if safe else value.nullable
            return Sql(f"({made.text})", type_, nullable)
        pattern = coerced(compiler, call, 1, args[1], _STRING)
        read = _read(compiler, value, pattern, literal_text(call, 1), kind == "ltz")
        if kind == "date":
            read = f"CAST({read} AS DATE)"
        if trying:
            return Sql(read, type_, True)
        nothing = _cannot_parse(
            value.text, function, {"date": "DATE", "ltz": "TIMESTAMPTZ", "ntz": "TIMESTAMP"}[kind]
        )
        missing = f"{value.text} IS NULL OR {pattern.text} IS NULL"
        text = f"(CASE WHEN {missing} OR {read} IS NOT NULL THEN {read} ELSE {nothing} END)"
        return Sql(text, type_, value.nullable or pattern.nullable)

    return build


def _unix_timestamp(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if not args:
        return Sql("(epoch_us(now()) // 1000000)", _LONG, False)
    value = args[0]
    if not is_string(value.type):
        stamp = (
            value if isinstance(value.type, TimestampNTZType) else coerced(compiler, call, 0, value, _STAMP)
        )
        return Sql(f"(epoch_us({stamp.text}) // 1000000)", _LONG, value.nullable)
    pattern = coerced(compiler, call, 1, args[1], _STRING) if len(args) > 1 else _PATTERN
    known = literal_text(call, 1) if len(args) > 1 else _DEFAULT
    read = _read(compiler, value, pattern, known, True)
    nothing = _cannot_parse(value.text, "try_to_timestamp", "TIMESTAMPTZ")
    stamp_text = f"(CASE WHEN {value.text} IS NULL OR {read} IS NOT NULL THEN {read} ELSE {nothing} END)"
    return Sql(f"(epoch_us({stamp_text}) // 1000000)", _LONG, value.nullable)


def _of_stamp(divisor: int) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        stamp = coerced(compiler, call, 0, args[0], _STAMP)
        micros = f"epoch_us({stamp.text})"
        text = (
            micros if divisor == 1 else f"({micros} // {divisor} - CAST({micros} % {divisor} < 0 AS BIGINT))"
        )
        return Sql(text, _LONG, stamp.nullable)

    return build


def _timestamp_seconds(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.rounding import number

    value = number(compiler, call, 0, args[0])
    made = cast(compiler.settings, value, _STAMP, safe=not is_integral(value.type))
    nullable = value.nullable or not (is_integral(value.type) or isinstance(value.type, DecimalType))
    return Sql(made.text, _STAMP, nullable)


def _shifted(way: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        stamp = coerced(compiler, call, 0, args[0], _STAMP)
        zone = coerced(compiler, call, 1, args[1], _STRING)
        text = (
            f"make_timestamptz({scalar('shift_zone', f'epoch_us({stamp.text})', zone.text, sql_text(way))})"
        )
        return Sql(text, _STAMP, True)

    return build


def _convert_timezone(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) == 2:
        args = [Sql(sql_text(compiler.settings.zone), _STRING, False), *args]
    stamp = cast(compiler.settings, args[2], _CLOCK)
    utc = scalar("shift_zone", f"epoch_us({stamp.text})", args[0].text, "'to'")
    text = f"make_timestamp({scalar('shift_zone', utc, args[1].text, sql_text('from'))})"
    return Sql(text, _CLOCK, any(each.nullable for each in args))


def _current(text: str, type_: Any) -> Builder:
    return lambda compiler, call, args, tail: Sql(
        text.format(clocks.local(compiler.settings, "now()")), type_, False
    )


for _name, _build, _shown in (
    ("current_timestamp", _current("now()", _STAMP), None),
    ("now", _current("now()", _STAMP), None),
    ("localtimestamp", _current("{}", _CLOCK), None),
    ("current_date", _current("CAST({} AS DATE)", _DATE), None),
    ("curdate", _current("CAST({} AS DATE)", _DATE), lambda inner: "current_date()"),
):
    register(Function(_name, _build, arity=(0, 0), shown=_shown))
register(
    Function(
        "current_timezone",
        lambda compiler, call, args, tail: Sql(sql_text(compiler.settings.zone), _STRING, False),
        arity=(0, 0),
    )
)
register(Function("date_format", _date_format, arity=(2, 2)))
register(
    Function(
        "from_unixtime",
        _from_unixtime,
        arity=(1, 2),
        shown=lambda inner: f"from_unixtime({', '.join([*inner, _DEFAULT][:2])})",
    )
)
for _name, _kind, _safe in (
    ("to_date", "date", False),
    ("try_to_date", "date", True),
    ("to_timestamp", "ltz", False),
    ("to_timestamp_ltz", "ltz", False),
    ("to_timestamp_ntz", "ntz", False),
    ("try_to_timestamp", "ltz", True),
):
    register(Function(_name, _parsing(_kind, _safe), arity=(1, 2)))


def _shown_unix(name: str) -> Any:
    def shown(inner: list[str]) -> str:
        return f"{name}({', '.join([*(inner or ['current_timestamp()']), _DEFAULT][:2])})"

    return shown


for _name in ("unix_timestamp", "to_unix_timestamp"):
    register(Function(_name, _unix_timestamp, arity=(0, 2), shown=_shown_unix(_name)))
for _name, _divisor in (("unix_seconds", 1_000_000), ("unix_millis", 1_000), ("unix_micros", 1)):
    register(Function(_name, _of_stamp(_divisor), arity=(1, 1)))
register(Function("timestamp_seconds", _timestamp_seconds, arity=(1, 1)))
template("timestamp_millis", "make_timestamptz({0} * 1000)", _STAMP, (_LONG,))
template("timestamp_micros", "make_timestamptz({0})", _STAMP, (_LONG,))
register(Function("from_utc_timestamp", _shifted("from"), arity=(2, 2)))
register(Function("to_utc_timestamp", _shifted("to"), arity=(2, 2)))
register(Function("convert_timezone", _convert_timezone, arity=(2, 3)))

declare(
    """
    curdate()
    current_date()
    current_timestamp()
    current_timezone()
    date_format(date:c, format:v)
    from_unixtime(timestamp:c, format:v=yyyy-MM-dd HH:mm:ss)
    from_utc_timestamp(timestamp:c, tz:v)
    localtimestamp()
    now()
    timestamp_micros(col:c)
    timestamp_millis(col:c)
    timestamp_seconds(col:c)
    to_date(col:c, format:v=None)
    to_timestamp(col:c, format:v=None)
    to_timestamp_ltz(timestamp:c, format:c=None)
    to_timestamp_ntz(timestamp:c, format:c=None)
    to_unix_timestamp(timestamp:c, format:c=None)
    to_utc_timestamp(timestamp:c, tz:v)
    try_to_date(col:c, format:v=None)
    try_to_timestamp(col:c, format:c=None)
    unix_micros(col:c)
    unix_millis(col:c)
    unix_seconds(col:c)
    """
)


def unix_timestamp(timestamp: Any = None, format: str = _DEFAULT) -> Column:
    """Seconds since 1970, of now or of a text."""
    if timestamp is None:
        return Column(Call("unix_timestamp"))
    return Column(Call("unix_timestamp", (expr_of(timestamp), Literal(format))))


def convert_timezone(sourceTz: Any, targetTz: Any, sourceTs: Any) -> Column:
    """A wall clock's time in one zone as that of another."""
    source = Call("current_timezone") if sourceTz is None else expr_of(sourceTz)
    return Column(Call("convert_timezone", (source, expr_of(targetTz), expr_of(sourceTs))))


FUNCTIONS["unix_timestamp"], FUNCTIONS["convert_timezone"] = unix_timestamp, convert_timezone
