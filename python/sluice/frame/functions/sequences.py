# SPDX-License-Identifier: Apache-2.0
"""`sequence`: numbers, dates and times from one to another in steps."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import entry, once, when_null
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    DataType,
    DateType,
    DayTimeIntervalType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)


def _sequence(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    start, stop = compiler.alike(args[:2], call.name())
    type_ = start.type
    step = args[2] if len(args) == 3 else None
    nullable = any(each.nullable for each in args)
    texts = [start.text, stop.text, *([step.text] if step is not None else [])]
    if is_integral(type_):
        if step is not None:
            texts[2] = cast(compiler.settings, step, type_).text
        return Sql(once(texts, lambda *each: _numbers(type_, *each)), ArrayType(type_, False), nullable)
    intervals = (DayTimeIntervalType, YearMonthIntervalType)
    if isinstance(type_, DateType | TimestampType | TimestampNTZType) and (
        step is None or isinstance(step.type, intervals) or step.type.typeName() == "interval"
    ):
        return Sql(once(texts, lambda *each: _times(type_, *each)), ArrayType(type_, False), nullable)
    raise errors.analysis(
        "DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES",
        f'Cannot resolve "{call.name()}" due to data type mismatch: `sequence` uses the wrong parameter type. The '
        "parameter type must conform to: 1. The start and stop expressions must resolve to the same type. 2. If start "
        'and stop expressions resolve to the ("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE") type, then the step '
        'expression must resolve to the ("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND") type. '
        "3. Otherwise, if start and stop expressions resolve to the integral type, then the step expression must "
        "resolve to the same type. SQLSTATE: 42K09",
    )


def _numbers(type_: DataType, start: str, stop: str, step: str = "") -> str:
    name = to_duckdb(type_)
    series = f"generate_series(CAST({start} AS BIGINT), CAST({stop} AS BIGINT), {{}})"
    made = f"list_transform({series}, lambda e: CAST(e AS {name}))"
    if not step:
        way = f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
        return when_null([start, stop], made.format(f"({way})"))
    wrong = _wrong(f"{start} || ' to ' || {stop} || ' by ' || {step}", f"{name}[]")
    bad = f"({step} = 0 AND {start} <> {stop}) OR ({step} > 0 AND {start} > {stop})"
    bad += f" OR ({step} < 0 AND {start} < {stop})"
    by = f"CAST(CASE WHEN {step} = 0 THEN 1 ELSE {step} END AS BIGINT)"
    return (
        f"(CASE WHEN {start} IS NULL OR {stop} IS NULL OR {step} IS NULL THEN NULL WHEN {bad} THEN {wrong} "
        f"ELSE {made.format(by)} END)"
    )


def _wrong(values: str, type_: str) -> str:
    what = f"'[ILLEGAL_SEQUENCE_BOUNDARIES] Illegal sequence boundaries: ' || {values} || '. SQLSTATE: 22023'"
    return failing(what, type_)


_DAY = 86_400_000_000


def _times(type_: DataType, start: str, stop: str, step: str = "") -> str:
    """Each is the first and so many steps: the last days of months stay so."""
    name = to_duckdb(type_)
    stamp = "TIMESTAMP" if isinstance(type_, DateType) else name
    if not step:
        step = f"(CASE WHEN {start} <= {stop} THEN to_days(1) ELSE to_days(-1) END)"
    first, last = (f"CAST({each} AS {stamp})" for each in (start, stop))
    # A month is taken for 28 days, so that there are enough of them; what lies behind the end goes.
    months = f"(datepart('month', {step}) + 12 * datepart('year', {step}))"
    size = f"abs(epoch_us({step} - to_months(CAST({months} AS INTEGER))) + {months} * {28 * _DAY})"
    count = f"CAST(abs(epoch_us({last}) - epoch_us({first})) / greatest(1, {size}) AS BIGINT) + 2"
    rising, falling = (f"{first} + {step} {sign} {first}" for sign in "><")
    every = f"list_transform(range(0, {count}), lambda i: {first} + {step} * CAST(i AS INTEGER))"
    kept = f"list_filter({every}, lambda e: CASE WHEN {rising} THEN e <= {last} ELSE e >= {last} END)"
    wrong = _wrong(f"{start} || ' to ' || {stop} || ' by ' || {step}", f"{name}[]")
    bad = f"({rising} AND {first} > {last}) OR ({falling} AND {first} < {last})"
    bad += f" OR ({first} + {step} = {first} AND {first} <> {last})"
    return (
        f"(CASE WHEN {start} IS NULL OR {stop} IS NULL OR {step} IS NULL THEN NULL "
        f"WHEN {first} = {last} THEN [{start}] WHEN {bad} THEN {wrong} "
        f"ELSE list_transform({kept}, lambda e: CAST(e AS {name})) END)"
    )


entry("sequence", _sequence, 2, 3)

declare("sequence(start:c, stop:c, step:c=None)")
