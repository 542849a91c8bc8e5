# SPDX-License-Identifier: Apache-2.0
"""Trips of functions that are called for each group.

The driver only finds out which rows are a group. It writes the table once, as it is, and each task takes the rows of
its groups from there, some groups at a time: so the gathering, which costs most, is done by all workers at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from sluice.frame import forms, standing
from sluice.frame.arrowtypes import to_arrow, to_arrow_schema
from sluice.frame.callarguments import Arguments
from sluice.frame.columntrips import Call, Source, evaluate, need_packages
from sluice.frame.evaluatingaggregates import AggregateTask, Aggregation
from sluice.frame.evaluatinggroups import GroupTask, Side
from sluice.frame.evaluatingoptions import options_of
from sluice.frame.grouping import Groups, cogrouped, grouped, shares
from sluice.frame.groupreading import ORDER, SIZES
from sluice.frame.maptrips import function_name
from sluice.frame.resulterrors import Label
from sluice.frame.standing import Origin
from sluice.frame.taskfiles import Options
from sluice.frame.trips import WAVE, Sent, Trip, normal_schema, normalised
from sluice.frame.types import StructType
from sluice.frame.userfunctions import check_arguments
from sluice.pyspark.evaltypes import PythonEvalType as E

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["aggregate", "aggregate_over", "apply_cogroups", "apply_groups"]

_FORMS = {
    ("pandas", False): E.SQL_GROUPED_MAP_PANDAS_UDF,
    ("pandas", True): E.SQL_GROUPED_MAP_PANDAS_ITER_UDF,
    ("arrow", False): E.SQL_GROUPED_MAP_ARROW_UDF,
    ("arrow", True): E.SQL_GROUPED_MAP_ARROW_ITER_UDF,
}
#: Tasks for each slot, so that groups that take longer than others are no reason to wait.
_TASKS = 4


def apply_groups(
    context: Context,
    table: Source,
    keys: Sequence[int],
    function: Callable[..., Any],
    kind: str,
    schema: StructType,
    zone: str,
    options: Options | None = None,
    values: Sequence[int] | None = None,
    origin: Origin | None = None,
) -> pa.Table:
    """Return what a function makes of each group of rows, in the order of the keys.

    Args:
        keys: places of the columns whose values make a group.
        function: takes a group, or the key and a group; type hints say whether groups are iterators over parts.
        kind: ``pandas`` or ``arrow``: what groups are.
        schema: of what it returns.
        values: places of the columns that the function sees; by default all.
        origin: where the columns of ``table`` are from, if that stays for other queries.

    Raises:
        JobError: the function failed, or returned something else.
    """
    need_packages(kind == "pandas")
    iterated = forms.of_group_hints(function, kind)
    keyed = check_arguments(function, _FORMS[kind, iterated]) == 2
    table, side = _side(table, keys, values, zone)
    task = _task(context, function, kind, iterated, keyed, (side,), schema, zone, options)
    return _run(context, "groups", task, [table], [grouped(table, keys)], task.result, (origin,))


def apply_cogroups(
    context: Context,
    left: Source,
    right: Source,
    left_keys: Sequence[int],
    right_keys: Sequence[int],
    function: Callable[..., Any],
    kind: str,
    schema: StructType,
    zone: str,
    options: Options | None = None,
    left_values: Sequence[int] | None = None,
    right_values: Sequence[int] | None = None,
    origins: tuple[Origin | None, Origin | None] = (None, None),
) -> pa.Table:
    """Return what a function makes of the rows of two tables that have the same key, for each key of either.

    The function takes both groups, or the key and both; one of them may have no rows. Else as ``apply_groups``.
    """
    need_packages(kind == "pandas")
    form = E.SQL_COGROUPED_MAP_PANDAS_UDF if kind == "pandas" else E.SQL_COGROUPED_MAP_ARROW_UDF
    keyed = check_arguments(function, form) == 3
    left, left_side = _side(left, left_keys, left_values, zone)
    right, right_side = _side(right, right_keys, right_values, zone)
    task = _task(context, function, kind, False, keyed, (left_side, right_side), schema, zone, options)
    groups = cogrouped(left, right, left_keys, right_keys)
    return _run(context, "cogroups", task, [left, right], list(groups), task.result, origins)


def aggregate(
    context: Context,
    table: Source,
    keys: Sequence[int],
    calls: list[Call],
    zone: str,
    options: Options | None = None,
) -> pa.Table:
    """Return one row for each group, in the order of the keys: the keys, then what each call makes of the group.

    Without keys all rows are one group. As in PySpark, a table without rows has no group then either.
    """
    whole, groups, made = _aggregated(context, table, keys, calls, zone, options)
    starts, at = [], 0
    for size in groups.sizes:
        starts.append(at)
        at += size
    firsts = pa.array(starts, pa.int64())
    if len(groups.order):
        firsts = pc.take(groups.order, firsts)
    kept = whole.select(list(keys)).take(firsts)
    fields = [*kept.schema, *made.schema]
    return pa.Table.from_arrays([*kept.columns, *made.columns], schema=pa.schema(fields))


def aggregate_over(
    context: Context,
    table: Source,
    keys: Sequence[int],
    calls: list[Call],
    zone: str,
    options: Options | None = None,
) -> pa.Table:
    """Return for each row of a table, in their order, what the calls make of its whole group: an unbounded window."""
    _, groups, made = _aggregated(context, table, keys, calls, zone, options)
    return made.take(groups.dense())


def _aggregated(
    context: Context,
    table: Source,
    keys: Sequence[int],
    calls: list[Call],
    zone: str,
    options: Options | None,
) -> tuple[pa.Table, Groups, pa.Table]:
    options = options or options_of(context)
    need_packages(any(call.function.evalType not in forms.ARROW for call in calls))
    whole = _table(table)
    calls = [_flat(call) for call in calls]
    inner = [
        arg for call in calls for arg in (*call.arguments, *call.names.values()) if isinstance(arg, Call)
    ]
    width = whole.num_columns
    if inner:
        # What other functions make of columns first is made first, of all rows.
        made = evaluate(context, whole, inner, zone, options)
        whole = pa.Table.from_arrays(
            [*whole.columns, *made.columns], names=[*whole.schema.names, *made.schema.names]
        )
    numbers = iter(range(width, width + len(inner)))
    asked = [
        Aggregation(
            call.function.func,
            call.function.evalType,
            Arguments(
                tuple(next(numbers) if isinstance(arg, Call) else arg for arg in call.arguments),
                tuple(
                    (name, next(numbers) if isinstance(arg, Call) else arg)
                    for name, arg in call.names.items()
                ),
            ),
            call.function.returnType,
            Label(call.function.name, call.column or call.function.name),
        )
        for call in calls
    ]
    groups = grouped(whole, keys)
    used = sorted({place for each in asked for place in each.arguments.places})
    moved = {place: index for index, place in enumerate(used)}
    schema = normal_schema(pa.schema([whole.schema.field(place) for place in used]), zone)
    sent = normalised(whole.select(used), schema) if used else pa.table({"rows": pa.nulls(whole.num_rows)})
    result = pa.schema([(each.label.column, to_arrow(each.kind, zone)) for each in asked])
    calls_sent = tuple(dataclasses.replace(each, arguments=each.arguments.moved(moved)) for each in asked)
    task = AggregateTask(calls_sent, sent.schema, result, zone, options)
    return whole, groups, _run(context, "aggregate", task, [sent], [groups], result, (None,))


def _flat(call: Call) -> Call:
    if call.function.evalType not in forms.AGGREGATES:
        raise TypeError(f"not a function that aggregates: function={call.function.name}")
    return call


def _table(source: Source) -> pa.Table:
    return source if isinstance(source, pa.Table) else source.read_all()


def _side(
    source: Source, keys: Sequence[int], values: Sequence[int] | None, zone: str
) -> tuple[pa.Table, Side]:
    table = _table(source)
    schema = normal_schema(table.schema, zone)
    places = range(table.num_columns) if values is None else values
    return normalised(table, schema), Side(schema, tuple(keys), tuple(places))


def _task(
    context: Context,
    function: Callable[..., Any],
    kind: str,
    iterated: bool,
    keyed: bool,
    sides: tuple[Side, ...],
    schema: StructType,
    zone: str,
    options: Options | None,
) -> GroupTask:
    result = to_arrow_schema(schema, zone).remove_metadata()
    label = Label(function_name(function))
    return GroupTask(
        function, label, kind, iterated, keyed, sides, schema, result, zone, options or options_of(context)
    )


def _run(
    context: Context,
    path: str,
    task: Any,
    tables: list[pa.Table],
    groups: list[Groups],
    result: pa.Schema,
    origins: tuple[Origin | None, ...],
) -> pa.Table:
    rows = [sum(sizes) for sizes in zip(*(each.sizes for each in groups), strict=True)]
    size = sum(table.nbytes for table in tables)
    made: list[pa.Table] = []
    starts = [0] * len(tables)
    # What is too much for one trip is carried in several; each has whole groups.
    for first, last in shares(rows, -(-size // WAVE) or 1):
        with Trip(context, path) as trip:
            ends = [start + sum(each.sizes[first:last]) for start, each in zip(starts, groups, strict=True)]
            data, orders = [], []
            for table, each, start, end, origin in zip(tables, groups, starts, ends, origins, strict=True):
                order = each.order.slice(start, end - start) if len(each.order) else each.order
                if size > WAVE:
                    table = table.take(order) if len(order) else table.slice(start, end - start)
                    order, origin = order.slice(0, 0), None
                data.append(_whole_sent(trip, table, origin))
                orders.append(order)
            inputs = [
                tuple(
                    pieces
                    for held, order, each in zip(data, orders, groups, strict=True)
                    for pieces in (held, *_located(trip, order, each.sizes[first:last], a, b))
                )
                for a, b in shares(rows[first:last], _TASKS * context.defaultParallelism)
            ]
            with standing.trusted(origins[0]), standing.trusted(origins[-1]):
                made += trip.run(task, inputs, result)
            starts = ends
    return pa.concat_tables(made) if made else result.empty_table()


def _whole_sent(trip: Trip, table: pa.Table, origin: Origin | None) -> Sent:
    (found,) = standing.sent(
        trip, origin, table.nbytes, ("whole", table.schema), lambda to: [to.write_whole(table)]
    )
    return found


def _located(trip: Trip, order: pa.Array, sizes: Sequence[int], first: int, last: int) -> tuple[Any, Any]:
    start = sum(sizes[:first])
    count = sum(sizes[first:last])
    # Rows that lie in order need but the place of the first.
    found = order.slice(start, count) if len(order) else pa.array([start], pa.uint64())
    places = pa.Table.from_arrays([found], schema=ORDER)
    held = pa.Table.from_arrays([pa.array(sizes[first:last], pa.int64())], schema=SIZES)
    return trip.write(places), trip.write(held)
