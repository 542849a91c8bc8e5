# SPDX-License-Identifier: Apache-2.0
"""Trips of functions that take an iterator over batches and give one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sluice.frame import standing
from sluice.frame.arrowtypes import to_arrow_schema
from sluice.frame.columntrips import Source, need_packages, parts_sent, split
from sluice.frame.evaluatingmaps import MapTask
from sluice.frame.evaluatingoptions import options_of
from sluice.frame.resulterrors import Label
from sluice.frame.standing import Origin
from sluice.frame.taskfiles import Options
from sluice.frame.trips import WAVE, Trip, normal_schema, normalised, waves
from sluice.frame.types import StructType

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["function_name", "map_batches", "mapped"]


def map_batches(
    context: Context,
    table: Source,
    function: Callable[..., Any],
    kind: str,
    schema: StructType,
    zone: str,
    options: Options | None = None,
    partitions: int | None = None,
    origin: Origin | None = None,
    borders: list[int] | None = None,
) -> pa.Table:
    """Return what a function yields for each partition of a table.

    Args:
        kind: ``pandas`` or ``arrow``: what the function takes and yields.
        schema: of what it yields.
        partitions: into how many the table is cut; by default as many as a context makes of a collection.
        origin: where the columns of ``table`` are from, if that stays for other queries.
        borders: where partitions begin and end in ``table``, if that is given.

    Raises:
        JobError: the function failed, or yielded something else.
    """
    return pa.concat_tables(
        list(mapped(context, table, function, kind, schema, zone, options, partitions, origin, borders))
    )


def mapped(
    context: Context,
    table: Source,
    function: Callable[..., Any],
    kind: str,
    schema: StructType,
    zone: str,
    options: Options | None = None,
    partitions: int | None = None,
    origin: Origin | None = None,
    borders: list[int] | None = None,
) -> Iterator[pa.Table]:
    """Yield what ``map_batches`` returns, part by part: for sources that are larger than memory."""
    need_packages(kind == "pandas")
    options = options or options_of(context)
    result = to_arrow_schema(schema, zone).remove_metadata()
    given = normal_schema(table.schema, zone)
    label = Label(function_name(function))
    task = MapTask(function, label, kind, given, schema, result, zone, options)
    count = partitions or context.defaultParallelism

    def pieces() -> Iterator[list[pa.Table]]:
        if borders is not None and isinstance(table, pa.Table):
            yield from _cut(normalised(table, given), borders)
            return
        for wave in waves(table):
            parts = split(normalised(wave, given), count)
            # PySpark calls the function for partitions without rows, too.
            yield [*parts, *[wave.slice(0, 0)] * (count - len(parts))]

    for parts in pieces():
        with Trip(context, "map") as trip, standing.trusted(origin):
            made = trip.run(task, parts_sent(trip, parts, options.rows, origin), result)
        yield pa.concat_tables(made)


def _cut(table: pa.Table, borders: list[int]) -> Iterator[list[pa.Table]]:
    """Partitions of a table, as many at a time as are carried in one trip."""
    held: list[pa.Table] = []
    size = 0
    for first, last in itertools.pairwise(borders):
        held.append(table.slice(first, last - first))
        size += held[-1].nbytes
        if size >= WAVE:
            yield held
            held, size = [], 0
    if held:
        yield held


def function_name(function: Callable[..., Any]) -> str:
    """What errors call a function."""
    return getattr(function, "__name__", None) or type(function).__name__
