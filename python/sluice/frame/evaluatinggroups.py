# SPDX-License-Identifier: Apache-2.0
"""The worker's side of functions that are called once for each group: `applyInPandas`, `applyInArrow`, of one table or
of two side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluice.frame import taskfiles
from sluice.frame.groupreading import Group, GroupReader
from sluice.frame.resulterrors import Label, wrong_type
from sluice.frame.tableresults import ArrowTables
from sluice.frame.taskfiles import Options, TaskInput, TaskOutput
from sluice.frame.types import StructType

__all__ = ["GroupTask", "Side"]


@dataclass(frozen=True)
class Side:
    """One table of a task: what it looks like, where its keys are, and which columns functions see."""

    schema: pa.Schema
    keys: tuple[int, ...]
    values: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """What the columns are called that functions see."""
        return [self.schema.names[place] for place in self.values]


@dataclass(frozen=True)
class GroupTask:
    """A task: calls a function with each group, or with the groups of one key of both tables."""

    function: Callable[..., Any]
    label: Label
    #: `pandas` or `arrow`.
    kind: str
    #: Whether groups are given, and taken, as iterators over their parts.
    iterated: bool
    #: Whether the function takes the key, too.
    keyed: bool
    sides: tuple[Side, ...]
    declared: StructType
    result: pa.Schema
    zone: str
    options: Options

    def __call__(self, inputs: Iterator[TaskInput]) -> Iterator[TaskOutput]:
        for given in inputs:
            form: Any = _Pandas(self) if self.kind == "pandas" else _Arrow(self)
            made = self._made(given, form)
            yield from taskfiles.written(given, self.result, taskfiles.gathered(made))

    def _made(self, given: TaskInput, form: Any) -> Iterator[Any]:
        readers = [GroupReader(given, 3 * index, side.schema) for index, side in enumerate(self.sides)]
        for groups in zip(*readers, strict=True):
            arguments = [form.argument(group, side) for group, side in zip(groups, self.sides, strict=True)]
            if self.keyed:
                group, side = next(
                    (pair for pair in zip(groups, self.sides, strict=True) if pair[0].num_rows),
                    (groups[0], self.sides[0]),
                )
                first = group.first()
                arguments.insert(0, tuple(form.key(first.column(place)) for place in side.keys))
            # A function may write into what it is given only as long as somebody else has it, too: pandas then copies.
            made = self.function(*map(form.lent, arguments))
            del arguments
            yield from form.iterated(made) if self.iterated else form.whole(made)


class _Pandas:
    """Groups as frames."""

    def __init__(self, task: GroupTask) -> None:
        import pandas as pd

        from sluice.frame import pandasvalues
        from sluice.frame.pandasresults import FrameResults

        self._frame_of = pandasvalues.frame_of
        self._series_of = pandasvalues.series_of
        self._kind = pd.DataFrame
        self._task = task
        options = task.options
        self._results = FrameResults(
            task.declared, task.label, task.zone, options.safe, options.int_to_decimal, options.by_name
        )

    def argument(self, group: Group, side: Side) -> Any:
        if self._task.iterated:
            return (self._frame(part, side) for part in group.parts(self._task.options))
        return self._frame(group.whole(), side)

    def _frame(self, batch: Any, side: Side) -> Any:
        return self._frame_of([batch.column(place) for place in side.values], side.names)

    def lent(self, argument: Any) -> Any:
        return argument.copy(deep=False) if isinstance(argument, self._kind) else argument

    def key(self, column: Any) -> Any:
        return self._series_of(column, None).iloc[0]

    def whole(self, made: Any) -> Iterator[Any]:
        yield pa.RecordBatch.from_arrays(self._results.columns(made), schema=self._task.result)

    def iterated(self, made: Any) -> Iterator[Any]:
        try:
            frames = iter(made)
        except TypeError:
            raise wrong_type(self._task.label, "iterator of pandas.DataFrame", type(made).__name__) from None
        for frame in frames:
            yield from self.whole(frame)


class _Arrow:
    """Groups as tables."""

    def __init__(self, task: GroupTask) -> None:
        self._task = task
        self._tables = ArrowTables(task.result, task.declared, task.label, task.options.by_name)

    def argument(self, group: Group, side: Side) -> Any:
        if self._task.iterated:
            return (self._seen(part, side) for part in group.parts(self._task.options))
        return pa.Table.from_batches([self._seen(group.whole(), side)])

    @staticmethod
    def _seen(batch: Any, side: Side) -> Any:
        schema = pa.schema([side.schema.field(place) for place in side.values])
        return pa.RecordBatch.from_arrays([batch.column(place) for place in side.values], schema=schema)

    def lent(self, argument: Any) -> Any:
        return argument

    def key(self, column: Any) -> Any:
        return column[0]

    def whole(self, made: Any) -> Iterator[Any]:
        if not isinstance(made, pa.Table):
            raise wrong_type(self._task.label, "pyarrow.Table", type(made).__name__)
        return self._tables.batches(made)

    def iterated(self, made: Any) -> Iterator[Any]:
        expected = "iterator of pyarrow.RecordBatch"
        if not isinstance(made, Iterator):
            raise wrong_type(self._task.label, expected, type(made).__name__)
        for batch in made:
            if not isinstance(batch, pa.RecordBatch):
                raise wrong_type(self._task.label, expected, f"iterator of {type(batch).__name__}")
            yield from self._tables.batches(batch)
