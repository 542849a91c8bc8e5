# SPDX-License-Identifier: Apache-2.0
"""Trips of functions that make columns: calls are laid out as steps, and all run in one job."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from sluice.frame import forms, standing
from sluice.frame.arrowtypes import pyarrow, to_arrow
from sluice.frame.callarguments import Arguments
from sluice.frame.evaluatingcalls import Step, Steps
from sluice.frame.evaluatingoptions import options_of
from sluice.frame.needs import needs
from sluice.frame.standing import Origin
from sluice.frame.taskfiles import Options
from sluice.frame.trips import Sent, Trip, normal_schema, normalised, waves
from sluice.frame.userfunctions import UserFunction

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["Call", "Source", "evaluate", "evaluated", "need_packages", "parts_sent", "split"]

#: What functions are run over.
Source: TypeAlias = "pa.Table | pa.RecordBatchReader"


@dataclass(frozen=True)
class Call:
    """A function called with columns, by their places in the table, or with what other functions make."""

    function: UserFunction
    arguments: tuple[int | Call, ...] | list[int | Call] = ()
    names: dict[str, int | Call] = field(default_factory=dict)
    #: What errors call the column that it makes.
    column: str = ""


def evaluate(
    context: Context,
    table: Source,
    calls: list[Call],
    zone: str,
    options: Options | None = None,
    origin: Origin | None = None,
) -> pa.Table:
    """Return a table of one column for each call, with the rows of ``table`` in their order.

    All functions run in one trip, also those that take what others make.

    Args:
        origin: where the columns of ``table`` are from, if that stays for other queries.

    Raises:
        JobError: a function failed, or what it returned has a wrong length or type.
    """
    made = list(evaluated(context, table, calls, zone, options, origin))
    return pa.concat_tables(made)


def evaluated(
    context: Context,
    table: Source,
    calls: list[Call],
    zone: str,
    options: Options | None = None,
    origin: Origin | None = None,
) -> Iterator[pa.Table]:
    """Yield what ``evaluate`` returns, part by part: for sources that are larger than memory."""
    options = options or options_of(context)
    plan = _Plan(len(table.schema))
    columns = [plan.add(call) for call in calls]
    used = sorted({place for step in plan.steps for place in step.arguments.places if place < plan.width})
    schema = normal_schema(pa.schema([table.schema.field(place) for place in used]), zone)
    need_packages(any(step.form not in forms.ROWS | forms.ARROW for step in plan.steps))
    result = pa.schema(
        [(call.column or call.function.name, to_arrow(call.function.returnType, zone)) for call in calls]
    )
    task = plan.task(columns, used, schema, result, zone, options)
    origin = origin.select(used) if origin and used else None
    for wave in waves(table):
        yield _scalar_trip(context, _picked(wave, used), task, options, origin)


def _picked(table: pa.Table, used: list[int]) -> pa.Table:
    if used:
        return table.select(used)
    # A function without arguments is called as often as there are rows: only an array knows how many.
    return pa.table({"rows": pa.nulls(table.num_rows)})


def _scalar_trip(
    context: Context, table: pa.Table, task: Steps, options: Options, origin: Origin | None
) -> pa.Table:
    if not table.num_rows:
        return task.result.empty_table()
    with Trip(context, "scalar") as trip:
        parts = split(normalised(table, task.schema), context.defaultParallelism)
        with standing.trusted(origin):
            made = trip.run(task, parts_sent(trip, parts, options.rows, origin), task.result)
    for part, found in zip(parts, made, strict=True):
        _check_count(part.num_rows, found.num_rows, task)
    return pa.concat_tables(made)


def parts_sent(trip: Trip, parts: list[pa.Table], rows: int, origin: Origin | None) -> list[tuple[Sent]]:
    """Write each part of a table for a task of its own, or take what was written before."""
    size = sum(part.nbytes for part in parts)
    key = (parts[0].schema, len(parts), rows)
    found = standing.sent(trip, origin, size, key, lambda to: [to.write(part, rows) for part in parts])
    return [(each,) for each in found]


def _check_count(expected: int, got: int, task: Steps) -> None:
    if expected != got:
        from sluice.errors import CorruptDataError

        names = ", ".join(step.label.function for step in task.steps)
        raise CorruptDataError(
            f"workers gave another number of rows: functions={names} expected={expected} actual={got}"
        )


def split(table: pa.Table, parts: int) -> list[pa.Table]:
    """Cut a table into so many parts, fewer if it has fewer rows, where PySpark cuts."""
    rows = table.num_rows
    parts = max(1, min(parts, rows))
    borders = [rows * index // parts for index in range(parts + 1)]
    return [table.slice(a, b - a) for a, b in itertools.pairwise(borders)]


def need_packages(pandas: bool) -> None:
    """Import what functions need here, where an error can say what to install.

    :raises PySparkImportError: it is missing or too old
    """
    pyarrow()
    if pandas:
        needs("pandas", "2.2", "functions of pandas")


class _Plan:
    """Makes a list of steps of calls inside calls."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.steps: list[Step] = []
        self._known: dict[Any, int] = {}

    def add(self, call: Call) -> int:
        """Return the place of the column that a call makes."""
        links = [call]
        while (below := _followed(links[-1])) is not None:
            links.append(below)
        first = links[-1]
        arguments = Arguments(
            tuple(self._place(argument) for argument in first.arguments),
            tuple((name, self._place(argument)) for name, argument in first.names.items()),
        )
        functions = [link.function for link in reversed(links)]
        key = (tuple(map(id, functions)), arguments)
        if key in self._known:
            return self._known[key]
        self.steps.append(
            Step(
                tuple((function.func, function.name) for function in functions),
                call.function.evalType,
                arguments,
                call.function.returnType,
                call.column or call.function.name,
            )
        )
        place = self.width + len(self.steps) - 1
        if all(function.deterministic for function in functions):
            self._known[key] = place
        return place

    def _place(self, argument: int | Call) -> int:
        if isinstance(argument, Call):
            return self.add(argument)
        if not 0 <= argument < self.width:
            raise IndexError(f"no such column: place={argument} columns={self.width}")
        return argument

    def task(
        self,
        columns: list[int],
        used: list[int],
        schema: pa.Schema,
        result: pa.Schema,
        zone: str,
        options: Options,
    ) -> Steps:
        """Return the task; places become those of the columns that it is sent."""
        sent = max(1, len(used))
        moved = {place: index for index, place in enumerate(used)}
        moved.update({self.width + index: sent + index for index in range(len(self.steps))})
        if not used:
            schema = pa.schema([("rows", pa.null())])
        steps = tuple(dataclasses.replace(step, arguments=step.arguments.moved(moved)) for step in self.steps)
        return Steps(steps, tuple(moved[place] for place in columns), schema, result, zone, options)


def _followed(call: Call) -> Call | None:
    """The call whose result is all that a call of the same form takes: PySpark hands it on as it is."""
    if len(call.arguments) != 1 or call.names:
        return None
    below = call.arguments[0]
    if isinstance(below, Call) and below.function.evalType == call.function.evalType:
        return below
    return None
