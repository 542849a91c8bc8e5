# SPDX-License-Identifier: Apache-2.0
"""Functions that take and give series and frames of pandas: what they are called with, and what they may return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from sluice.frame.pandasresults import SeriesResults
from sluice.frame.pandasvalues import series_of, struct_frame
from sluice.frame.resulterrors import Label, wrong_length, wrong_type
from sluice.frame.types import StructType
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.evaluatingcalls import Step
    from sluice.frame.taskfiles import Options

__all__ = ["PandasForm", "argument"]


def argument(array: Any, place: int) -> Any:
    """A column as a function of columns sees it: a series, or a frame if it is a struct."""
    if pa.types.is_struct(array.type):
        return struct_frame(array.flatten(), [field.name for field in array.type])
    return series_of(array, f"_{place}")


class PandasForm:
    """One step's function of pandas."""

    def __init__(self, step: Step, arrow: pa.DataType, zone: str, options: Options) -> None:
        self._label = step.label
        self._kind = pd.DataFrame if isinstance(step.kind, StructType) else pd.Series
        self.expected = f"pandas.{self._kind.__name__}"
        self.array = SeriesResults(step.kind, arrow, step.label, zone, options.safe, options.int_to_decimal)

    def argument(self, columns: list[Any], place: int, shared: dict[Any, Any]) -> Any:
        key = ("pandas", place)
        if key not in shared:
            shared[key] = argument(columns[place], place)
        # What one function does to its argument is not seen by another: pandas copies on write.
        return shared[key].copy(deep=False)

    def check(self, value: Any, count: int, label: Label) -> None:
        if not hasattr(value, "__len__"):
            raise wrong_type(label, self.expected, type(value).__name__)
        if len(value) != count:
            raise wrong_length(label, count, len(value))
        if self._kind is pd.DataFrame and not isinstance(value, pd.DataFrame) and label == self._label:
            raise PySparkValueError(
                "Invalid return type. Please make sure that the UDF returns a pandas.DataFrame when the specified "
                f"return type is StructType. ({label}, expected=pandas.DataFrame, got={type(value).__name__})"
            )

    def check_element(self, value: Any) -> None:
        if not isinstance(value, self._kind):
            got = f"iterator of {type(value).__name__}"
            raise wrong_type(self._label, f"iterator of {self.expected}", got)
