# SPDX-License-Identifier: Apache-2.0
"""The worker's side of functions that make one value of each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluice.frame import forms, taskfiles
from sluice.frame.arrowtypes import to_arrow
from sluice.frame.callarguments import Arguments
from sluice.frame.groupreading import Group, GroupReader
from sluice.frame.resulterrors import Label, wrong_types
from sluice.frame.taskfiles import Options, TaskInput, TaskOutput
from sluice.frame.types import DataType, DoubleType, LongType
from sluice.pyspark.evaltypes import PythonEvalType as E

__all__ = ["AggregateTask", "Aggregation"]

_ITERATED = (E.SQL_GROUPED_AGG_PANDAS_ITER_UDF, E.SQL_GROUPED_AGG_ARROW_ITER_UDF)


@dataclass(frozen=True)
class Aggregation:
    """A function, the columns that it is called with, and what comes of it."""

    function: Callable[..., Any]
    form: int
    arguments: Arguments
    kind: DataType
    label: Label


@dataclass(frozen=True)
class AggregateTask:
    """A task: calls functions with each of its groups and writes one row for each."""

    calls: tuple[Aggregation, ...]
    schema: pa.Schema
    result: pa.Schema
    zone: str
    options: Options

    def __call__(self, inputs: Iterator[TaskInput]) -> Iterator[TaskOutput]:
        for given in inputs:
            yield from taskfiles.written(given, self.result, self._made(given))

    def _made(self, given: TaskInput) -> Iterator[Any]:
        makers = [_Maker(call, self.zone, self.options) for call in self.calls]
        values: list[list[Any]] = [[] for _ in makers]
        for group in GroupReader(given, 0, self.schema):
            shared: dict[Any, Any] = {}
            for maker, held in zip(makers, values, strict=True):
                held.append(maker.value(group, shared))
        columns = [maker.column(held) for maker, held in zip(makers, values, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=self.result)


class _Maker:
    def __init__(self, call: Aggregation, zone: str, options: Options) -> None:
        self._call = call
        self._options = options
        self._arrow = to_arrow(call.kind, zone)
        self._is_arrow = call.form in forms.ARROW
        if not self._is_arrow:
            import pandas as pd

            from sluice.frame.pandasresults import SeriesResults
            from sluice.frame.pandasvalues import series_of

            self._series_of = series_of
            self._series = pd.Series
            self._results = SeriesResults(
                call.kind, self._arrow, call.label, zone, options.safe, options.int_to_decimal
            )

    def value(self, group: Group, shared: dict[Any, Any]) -> Any:
        """What the function makes of a group."""
        call = self._call
        if call.form in _ITERATED:
            parts = (self._arguments(part, {}) for part in group.parts(self._options))
            iterator = (found[0] if len(found) == 1 else tuple(found) for found in parts)
            return call.function(iterator)
        return call.arguments.applied(call.function, self._arguments(group.whole(), shared))

    def _arguments(self, batch: Any, shared: dict[Any, Any]) -> list[Any]:
        if self._is_arrow:
            return [batch.column(place) for place in self._call.arguments.places]
        found = []
        for place in self._call.arguments.places:
            if place not in shared:
                shared[place] = self._series_of(batch.column(place), f"_{place}")
            found.append(shared[place].copy(deep=False))
        return found

    def column(self, values: list[Any]) -> Any:
        """The values of all groups; each is converted alone, as PySpark does, unless that makes no difference."""
        kind, arrow = self._call.kind, self._arrow
        exact = float if isinstance(kind, DoubleType) else int if isinstance(kind, LongType) else None
        if exact is not None and all(type(value) is exact for value in values):
            return pa.array(values, arrow, from_pandas=not self._is_arrow)
        columns = [self._one(value) for value in values]
        return pa.concat_arrays(columns) if columns else pa.array([], arrow)

    def _one(self, value: Any) -> Any:
        if not self._is_arrow:
            return self._results(self._series([value]))
        try:
            made = pa.array([value])
            return made if made.type == self._arrow else made.cast(self._arrow)
        except (pa.ArrowException, TypeError, ValueError) as error:
            label = self._call.label
            got = getattr(value, "type", type(value).__name__)
            raise wrong_types(label, [(label.column, self._arrow, got)]) from error
