# SPDX-License-Identifier: Apache-2.0
"""The worker's side of functions that take an iterator over a partition's batches and give one: `mapInPandas`,
`mapInArrow`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluice.frame import taskfiles
from sluice.frame.resulterrors import Label, wrong_type
from sluice.frame.tableresults import ArrowTables
from sluice.frame.taskfiles import Options, TaskInput, TaskOutput
from sluice.frame.types import StructType

__all__ = ["MapTask"]


@dataclass(frozen=True)
class MapTask:
    """A task: gives a partition to a function and writes what it yields."""

    function: Callable[..., Any]
    label: Label
    #: `pandas` or `arrow`.
    kind: str
    schema: pa.Schema
    declared: StructType
    result: pa.Schema
    zone: str
    options: Options

    def __call__(self, inputs: Iterator[TaskInput]) -> Iterator[TaskOutput]:
        for given in inputs:
            sent = taskfiles.read(given, 0, self.schema)
            batches = taskfiles.cut(sent, self.options)
            made = self._of_pandas(batches) if self.kind == "pandas" else self._of_arrow(batches)
            yield from taskfiles.written(given, self.result, taskfiles.gathered(made), sent)

    def _of_arrow(self, batches: Iterator[Any]) -> Iterator[Any]:
        tables = ArrowTables(self.result, self.declared, self.label, by_name=False)
        for each in self._results(self.function(batches), "pyarrow.RecordBatch"):
            if not isinstance(each, pa.RecordBatch):
                raise self._wrong("pyarrow.RecordBatch", each)
            yield from tables.batches(each)

    def _of_pandas(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pandas as pd

        from sluice.frame.pandasresults import FrameResults
        from sluice.frame.pandasvalues import struct_frame

        options, names = self.options, self.schema.names
        results = FrameResults(
            self.declared, self.label, self.zone, options.safe, options.int_to_decimal, more_allowed=True
        )
        frames = (struct_frame(list(batch.columns), names) for batch in batches)
        for each in self._results(self.function(frames), "pandas.DataFrame"):
            if not isinstance(each, pd.DataFrame):
                raise self._wrong("pandas.DataFrame", each)
            yield pa.RecordBatch.from_arrays(results.columns(each), schema=self.result)

    def _results(self, made: Any, expected: str) -> Iterator[Any]:
        try:
            # PySpark takes whatever can be run through.
            return iter(made)
        except TypeError:
            raise wrong_type(self.label, f"iterator of {expected}", type(made).__name__) from None

    def _wrong(self, expected: str, got: Any) -> Exception:
        return wrong_type(self.label, f"iterator of {expected}", f"iterator of {type(got).__name__}")
