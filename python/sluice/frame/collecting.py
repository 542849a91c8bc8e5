# SPDX-License-Identifier: Apache-2.0
"""What `collect` and `toPandas` give for an Arrow table."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from sluice.frame.needs import needs
from sluice.frame.pinning import pin
from sluice.frame.pythonvalues import make_rows, to_values
from sluice.frame.topandas import column_to_pandas
from sluice.frame.types import StructType
from sluice.frame.zones import local_zone
from sluice.pyspark.row import Row

if TYPE_CHECKING:
    import pandas
    import pyarrow as pa

__all__ = ["pandas_of", "rows_of"]


def rows_of(table: pa.Table, schema: StructType, zone: str | None = None) -> list[Row]:
    """The rows of a table. Moments are wall clock times of `zone`, or of the process's own: PySpark's `collect` has
    those, whatever the session's zone is.

    :raises ValueError: a day or moment is in a year that Python does not have
    :raises PySparkNotImplementedError: a column, which it names, is of a type that has no values in Python
    """
    here = zone or local_zone()
    watching = gc.isenabled()
    # Nothing that is made here is garbage: the collector would look at all rows again and again.
    gc.disable()
    try:
        columns = [
            to_values(column, field.dataType, here)
            for column, field in zip(table.columns, schema, strict=True)
        ]
        return make_rows(columns, schema.names, table.num_rows)
    finally:
        if watching:
            gc.enable()


def pandas_of(table: pa.Table, schema: StructType, zone: str = "UTC") -> pandas.DataFrame:
    """The table as a frame of pandas, whose columns can be written into; moments are wall clock times of `zone`.

    A column is turned while the others are still Arrow's: a caller that gives its only reference to the table, as
    `pandas_of(*parts)`, has at most the result and the table at once.
    """
    pandas = needs("pandas", "2.1", "toPandas")
    count = table.num_rows
    columns: dict[int, Any] = {}
    for at, field in enumerate(schema):
        columns[at] = column_to_pandas(table.column(at), field.dataType, zone)
    del table
    frame = pandas.DataFrame(columns, index=pandas.RangeIndex(count), copy=False)
    frame.columns = pandas.Index(schema.names) if schema.names else pandas.RangeIndex(0)
    if not pin(frame):
        # This pandas does not copy on write: what is Arrow's memory becomes its own.
        for at in range(len(columns)):
            values = columns[at]
            if hasattr(values, "flags") and not values.flags.writeable:
                frame.isetitem(at, values.copy())
    return frame
