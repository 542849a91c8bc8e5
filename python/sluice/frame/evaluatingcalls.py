# SPDX-License-Identifier: Apache-2.0
"""The worker's side of functions that make a column: of rows, of pandas, of Arrow, whole or as iterators.

The calls of a query are a list of steps. A step reads columns by their places and adds one: first are those of the
input, then those of the steps, so that a function over another's result needs no trip between. Functions of one form
that only follow one another are one step, whose values are handed on as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pyarrow as pa

from sluice.errors import stop_iteration
from sluice.frame import forms, taskfiles
from sluice.frame.arrowtypes import to_arrow
from sluice.frame.callarguments import Arguments
from sluice.frame.resulterrors import (
    Label,
    not_consumed,
    too_many_rows,
    wrong_length,
    wrong_type,
    wrong_types,
)
from sluice.frame.rowresults import RowResults
from sluice.frame.rowvalues import python_values
from sluice.frame.taskfiles import Options, TaskInput, TaskOutput
from sluice.frame.types import DataType

__all__ = ["Step", "Steps"]


@dataclass(frozen=True)
class Step:
    """Functions that run one after the other on columns, and what comes of it."""

    #: With their names; the first is called with the columns.
    functions: tuple[tuple[Callable[..., Any], str], ...]
    form: int
    arguments: Arguments
    kind: DataType
    column: str

    @property
    def label(self) -> Label:
        """Whose result it is."""
        return Label(self.functions[-1][1], self.column)


@dataclass(frozen=True)
class Steps:
    """A task: runs steps over its input and writes the columns that were asked for."""

    steps: tuple[Step, ...]
    columns: tuple[int, ...]
    schema: pa.Schema
    result: pa.Schema
    zone: str
    options: Options

    def __call__(self, inputs: Iterator[TaskInput]) -> Iterator[TaskOutput]:
        for given in inputs:
            batches = taskfiles.cut(taskfiles.read(given, 0, self.schema), self.options)
            yield from taskfiles.written(given, self.result, self._made(batches))

    def _made(self, batches: Iterable[Any]) -> Iterator[Any]:
        makers = [_maker(step, self.zone, self.options) for step in self.steps]
        if any(isinstance(maker, _Iterated) for maker in makers):
            return self._in_passes(makers, [list(batch.columns) for batch in batches])
        return self._at_once(makers, batches)

    def _at_once(self, makers: list[Any], batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            columns = list(batch.columns)
            shared: dict[Any, Any] = {}
            for maker in makers:
                columns.append(maker(columns, batch.num_rows, shared))
            yield self._picked(columns)

    def _in_passes(self, makers: list[Any], held: list[list[Any]]) -> Iterator[Any]:
        # A function that takes an iterator may give other batches than it took, so that each is run to its end.
        shared: list[dict[Any, Any]] = [{} for _ in held]
        for maker in makers:
            if isinstance(maker, _Iterated):
                column = pa.chunked_array(list(maker.results(held, shared)), maker.arrow)
                at = 0
                for columns in held:
                    part = column.slice(at, len(columns[0]))
                    at += len(part)
                    columns.append(_one(part))
            else:
                for columns, known in zip(held, shared, strict=True):
                    columns.append(maker(columns, len(columns[0]), known))
        for columns in held:
            yield self._picked(columns)

    def _picked(self, columns: list[Any]) -> Any:
        return pa.RecordBatch.from_arrays([columns[place] for place in self.columns], schema=self.result)


def _one(chunked: Any) -> Any:
    return chunked.chunk(0) if chunked.num_chunks == 1 else pa.concat_arrays(chunked.chunks)


def _maker(step: Step, zone: str, options: Options) -> Any:
    arrow = to_arrow(step.kind, zone)
    if step.form in forms.ROWS:
        return _Rows(step, arrow, options)
    if step.form in forms.ITERATORS:
        return _Iterated(step, arrow, _converted(step, arrow, zone, options))
    return _Columns(step, _converted(step, arrow, zone, options))


def _converted(step: Step, arrow: pa.DataType, zone: str, options: Options) -> Any:
    if step.form in forms.ARROW:
        return _ArrowForm(step.label, arrow)
    from sluice.frame.pandasforms import PandasForm

    return PandasForm(step, arrow, zone, options)


class _Rows:
    """Calls a function for each row."""

    def __init__(self, step: Step, arrow: pa.DataType, options: Options) -> None:
        self._functions = [function for function, _ in step.functions]
        self._arguments = step.arguments
        if step.form == forms.PICKLED_ROWS:
            from sluice.frame.pickledresults import PickledResults

            self._results: Callable[[list[Any]], Any] = PickledResults(step.kind, arrow, step.label)
        else:
            self._results = RowResults(step.kind, arrow, step.label, options.safe, options.int_to_decimal)

    def __call__(self, columns: list[Any], count: int, shared: dict[Any, Any]) -> Any:
        arguments = []
        for place in self._arguments.places:
            key = ("rows", place)
            if key not in shared:
                shared[key] = python_values(columns[place])
            arguments.append(shared[key])
        values = self._first(arguments, count)
        for function in self._functions[1:]:
            values = list(map(function, values))
            if len(values) != count:
                raise stop_iteration()
        return self._results(values)

    def _first(self, arguments: list[Any], count: int) -> list[Any]:
        function = self._functions[0]
        if self._arguments.by_name:
            return [self._arguments.applied(function, row) for row in zip(*arguments, strict=True)]
        if not arguments:
            return [function() for _ in repeat(None, count)]
        values = list(map(function, *arguments))
        if len(values) != count:
            # Only what ends an iterator can have ended it.
            raise stop_iteration()
        return values


class _Columns:
    """Calls a function for each batch."""

    def __init__(self, step: Step, form: Any) -> None:
        self._step = step
        self._form = form

    def __call__(self, columns: list[Any], count: int, shared: dict[Any, Any]) -> Any:
        step, form = self._step, self._form
        arguments = [form.argument(columns, place, shared) for place in step.arguments.places]
        value = step.arguments.applied(step.functions[0][0], arguments)
        form.check(value, count, Label(step.functions[0][1], step.column))
        for function, name in step.functions[1:]:
            value = function(value)
            form.check(value, count, Label(name, step.column))
        return form.array(value)


class _Iterated:
    """Calls a function once, with an iterator over the batches."""

    def __init__(self, step: Step, arrow: pa.DataType, form: Any) -> None:
        self._step = step
        self._form = form
        self.arrow = arrow

    def results(self, held: list[list[Any]], shared: list[dict[Any, Any]]) -> Iterator[Any]:
        """Yield the column in pieces, as the function yields them."""
        step, form = self._step, self._form
        taken = 0

        def arguments() -> Iterator[Any]:
            nonlocal taken
            for columns, known in zip(held, shared, strict=True):
                found = [form.argument(columns, place, known) for place in step.arguments.places]
                taken += len(columns[0])
                yield found[0] if len(found) == 1 else tuple(found)

        given = arguments()
        values: Any = given
        for function, name in step.functions:
            values = function(values)
            if not isinstance(values, Iterator):
                raise wrong_type(
                    Label(name, step.column), f"iterator of {form.expected}", type(values).__name__
                )
        count = 0
        for value in values:
            form.check_element(value)
            array = form.array(value)
            count += len(array)
            if count > taken:
                raise too_many_rows(step.label, taken, count)
            yield array
        if count != taken:
            raise wrong_length(step.label, taken, count)
        if next(given, None) is not None:
            raise not_consumed(step.label)


class _ArrowForm:
    """Functions that take and give arrays of Arrow."""

    expected = "pyarrow.Array"

    def __init__(self, label: Label, arrow: pa.DataType) -> None:
        self._label = label
        self._arrow = arrow

    def argument(self, columns: list[Any], place: int, shared: dict[Any, Any]) -> Any:
        return columns[place]

    def check(self, value: Any, count: int, label: Label) -> None:
        try:
            length = len(value)
        except TypeError:
            raise wrong_type(label, self.expected, type(value).__name__) from None
        if length != count:
            raise wrong_length(label, count, length)

    def check_element(self, value: Any) -> None:
        if not isinstance(value, pa.Array):
            raise wrong_type(
                self._label, f"iterator of {self.expected}", f"iterator of {type(value).__name__}"
            )

    def array(self, value: Any) -> Any:
        try:
            if isinstance(value, pa.ChunkedArray):
                value = value.combine_chunks()
            if not isinstance(value, pa.Array):
                value = pa.array(value)
            # Made by the program: it may point anywhere.
            value.validate(full=True)
        except pa.ArrowException as error:
            found = f"{getattr(value, 'type', type(value).__name__)}: {error}"
            raise wrong_types(self._label, [(self._label.column, self._arrow, found)]) from error
        if value.type == self._arrow:
            return value
        try:
            return value.cast(self._arrow)
        except pa.ArrowException as error:
            raise wrong_types(self._label, [(self._label.column, self._arrow, value.type)]) from error
