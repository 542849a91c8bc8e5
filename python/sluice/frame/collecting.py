# SPDX-License-Identifier: Apache-2.0
"""What `collect` and `toPandas` give for an Arrow table."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from sluice.frame.needs import needs
from sluice.frame.pinning import pin
from sluice.frame.pythonvalues import make_rows, to_values
from sluice.frame.topandas import column_for
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


def pandas_of(
    data: pa.Table | pa.RecordBatchReader, schema: StructType, zone: str = "UTC"
) -> pandas.DataFrame:
    """A table, or batches as they come, as a frame of pandas, whose columns can be written into.

    Moments are wall clock times of `zone`. Of batches only one is in memory beside the result. Of a table, columns
    that lie in one piece are not copied; the others are in memory twice until the caller lets go of the table.
    """
    pandas = needs("pandas", "2.1", "toPandas")
    if hasattr(data, "num_rows"):
        count = data.num_rows
        values = {
            at: column_for(field.dataType, zone, count).whole(data.column(at))
            for at, field in enumerate(schema)
        }
    else:
        count = 0
        columns = [column_for(field.dataType, zone) for field in schema]
        for batch in data:
            count += batch.num_rows
            for column, array in zip(columns, batch.columns, strict=True):
                column.add(array)
        values = {at: column.done() for at, column in enumerate(columns)}
    frame = pandas.DataFrame(values, index=pandas.RangeIndex(count), copy=False)
    frame.columns = pandas.Index(schema.names) if schema.names else pandas.RangeIndex(0)
    if not pin(frame):
        # This pandas does not copy on write: what is Arrow's memory becomes its own.
        for at, found in values.items():
            if hasattr(found, "flags") and not found.flags.writeable:
                frame.isetitem(at, found.copy())
    return frame
